using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class GroupIntoSequencesCursorTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<bool> Both => [false, true];

    [Theory]
    [MemberData(nameof(Both))]
    public void Only_active_columns_have_getters_and_only_of_their_type(bool grouped)
    {
        var view = Group(grouped);
        using var cursor = view.GetRowCursor([view.Schema["Page"]]);

        Assert.True(cursor.IsColumnActive(view.Schema["Page"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Time"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<long>>(view.Schema["Time"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<int>>(view.Schema["Page"]));
        Assert.NotNull(cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(view.Schema["Page"]));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_subset_of_columns_reads_the_same_values(bool grouped)
    {
        var view = Group(grouped);
        var all = ViewText.Rows(view).ConvertAll(row => row.Split(' '));

        for (var subset = 0; subset < 1 << view.Schema.Count; subset++)
        {
            var columns = view.Schema.Where(column => (subset >> column.Index & 1) != 0).ToArray();
            using var cursor = view.GetRowCursor(columns);
            var readers = Array.ConvertAll(columns, column => ViewText.Reader(cursor, column));
            foreach (var row in all)
            {
                Assert.True(cursor.MoveNext());
                Assert.Equal(columns.Select(column => row[column.Index]), columns.Zip(readers, (column, read) => $"{column.Name}={read()}"));
            }

            Assert.False(cursor.MoveNext());
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Values_are_read_at_a_row_only(bool grouped)
    {
        var view = Group(grouped);
        var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<VBuffer<long>>(view.Schema["Time"]);
        VBuffer<long> value = default;

        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
        for (var row = 0; cursor.MoveNext(); row++)
        {
            Assert.Equal(row, cursor.Position);
            getter(ref value);
        }

        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
        cursor.Dispose();
        cursor.Dispose();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_cursor_disposed_early_ends_and_leaves_others_alone(bool grouped)
    {
        var view = Group(grouped);
        var expected = ViewText.Rows(view, "Page");
        using var other = view.GetRowCursor([view.Schema["Page"]]);
        var read = ViewText.Reader(other, view.Schema["Page"]);
        var early = view.GetRowCursor(view.Schema);

        Assert.True(early.MoveNext());
        Assert.True(other.MoveNext());
        early.Dispose();
        Assert.False(early.MoveNext());
        Assert.True(other.MoveNext());

        Assert.Equal(expected[1], "Page=" + read());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Many_threads_may_read_at_once_from_the_first_reading_on(bool grouped)
    {
        var expected = ViewText.Rows(Group(false));
        var view = Group(grouped);
        var results = new List<string>[8];

        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => results[i] = ViewText.Rows(view));

        Assert.All(results, rows => Assert.Equal(expected, rows));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Cursor_sets_cover_all_rows_once(bool grouped)
    {
        var view = Group(grouped);
        var rows = new List<string>();
        foreach (var cursor in view.GetRowCursorSet(view.Schema, 4))
        {
            using (cursor)
            {
                var readers = view.Schema.Select(column => (column.Name, Read: ViewText.Reader(cursor, column))).ToList();
                while (cursor.MoveNext())
                {
                    rows.Add(string.Join(' ', readers.Select(reader => $"{reader.Name}={reader.Read()}")));
                }
            }
        }

        Assert.Equal(ViewText.Rows(view).Order(), rows.Order());
    }

    [Fact]
    public void Shuffling_moves_rows_but_not_their_values_or_ids()
    {
        var view = Group(false);
        var inOrder = WithIds(view, null);
        var shuffled = WithIds(view, new Random(5));

        Assert.True(view.CanShuffle);
        Assert.NotEqual(inOrder, shuffled);
        Assert.Equal(inOrder.Order(), shuffled.Order());
        Assert.Equal(inOrder.Count, shuffled.Select(row => row.Split(' ')[0]).Distinct().Count());
        Assert.Equal(shuffled, WithIds(view, new Random(5)));
    }

    [Fact]
    public void The_number_of_rows_is_known_once_they_are_grouped()
    {
        var view = Group(false);

        Assert.Null(view.GetRowCount());
        Assert.Equal(7, ViewText.Rows(view).Count);
        Assert.Equal(7, view.GetRowCount());
    }

    [Fact]
    public void Grouping_is_told_to_the_log_once()
    {
        var lines = new List<string>();
        _ml.Log += (_, line) => lines.Add(line.Message);
        var view = Group(false);

        ViewText.Rows(view);
        ViewText.Rows(view);

        Assert.Single(lines, line => line.Contains("Grouped events of 7 users in memory: 60 events kept", StringComparison.Ordinal));
    }

    private static List<string> WithIds(IDataView view, Random? rand)
    {
        using var cursor = view.GetRowCursor(view.Schema, rand);
        var id = cursor.GetIdGetter();
        var page = ViewText.Reader(cursor, view.Schema["Page"]);
        var rows = new List<string>();
        while (cursor.MoveNext())
        {
            DataViewRowId value = default;
            id(ref value);
            rows.Add($"{value} {page()}");
        }

        return rows;
    }

    private IDataView Group(bool grouped)
    {
        var visits = string.Join(';', Enumerable.Range(0, 60).OrderBy(i => i % 7).Select(i => $"u{i % 7} {i * 31 % 17} p{i}"));
        var profiles = _ml.Data.LoadFromEnumerable(new[] { new Profile { User = "u3", Age = 33 } });
        return _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(Visit.Parse(visits)), new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = ["Page", "Amount"],
            HoldOutLast = 1,
            InputIsGrouped = grouped,
        }, profiles);
    }

    private sealed class Profile
    {
        public string User { get; set; } = "";

        public float Age { get; set; }
    }
}
