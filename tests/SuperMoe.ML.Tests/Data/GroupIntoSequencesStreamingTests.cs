using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class GroupIntoSequencesStreamingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(0, 200)]
    [InlineData(1, 200)]
    [InlineData(3, 5)]
    [InlineData(0, 1)]
    public void Streaming_and_memory_give_the_same_rows_schema_and_ids(int holdOutLast, int maxLength)
    {
        var random = new Random(holdOutLast + maxLength);
        var visits = Enumerable.Range(0, 60).SelectMany(user => Enumerable.Range(0, 1 + random.Next(400))
            .Select(i => new Visit { User = "u" + user, Time = random.Next(50), Page = "p" + random.Next(20), Amount = i }));
        var events = _ml.Data.LoadFromEnumerable(visits.ToArray());
        var profiles = _ml.Data.LoadFromEnumerable(Visit.Parse("u5 1 Rome; u2 2 Oslo; x 3 Nowhere")
            .Select(v => new Profile { User = v.User, City = v.Page }));

        var memory = Group(events, false, holdOutLast, maxLength, profiles);
        var stream = Group(events, true, holdOutLast, maxLength, profiles);

        Assert.Equal(memory.Schema.Select(c => (c.Name, c.Type)), stream.Schema.Select(c => (c.Name, c.Type)));
        Assert.Equal(ViewText.Rows(memory), ViewText.Rows(stream));
        Assert.Equal(Ids(memory), Ids(stream));
    }

    [Fact]
    public void A_user_who_appears_again_is_an_error_that_names_user_and_row()
    {
        var view = Group(_ml.Data.LoadFromEnumerable(Visit.Parse("bob 1 x; bob 2 y; a 1 x; bob 3 z")), true);
        using var cursor = view.GetRowCursor(view.Schema);

        Assert.True(cursor.MoveNext());
        Assert.True(cursor.MoveNext());
        var error = Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
        Assert.Contains("user 'bob' of column 'User' appears again after other users", error.Message, StringComparison.Ordinal);
        Assert.Contains("in row 4 (counted from 1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_is_out_before_the_events_after_the_next_user_are_read()
    {
        var read = 0;
        IEnumerable<Visit> Endless()
        {
            while (true)
            {
                yield return new Visit { User = "u" + read / 3, Time = read, Page = "p" };
                read++;
            }
        }

        var view = Group(_ml.Data.LoadFromEnumerable(Endless()), true);
        using var cursor = view.GetRowCursor(view.Schema);

        Assert.Equal(0, read);
        Assert.True(cursor.MoveNext());
        Assert.Equal(3, read);
        Assert.True(cursor.MoveNext());
        Assert.Equal(6, read);
    }

    [Fact]
    public void Each_reading_reads_the_source_anew()
    {
        var reads = 0;
        IEnumerable<Visit> Counted()
        {
            reads++;
            return Visit.Parse("a 1 x; b 1 y");
        }

        IEnumerable<Visit> Lazy()
        {
            foreach (var visit in Counted())
            {
                yield return visit;
            }
        }

        var stream = Group(_ml.Data.LoadFromEnumerable(Lazy()), true);
        Assert.Equal(ViewText.Rows(stream), ViewText.Rows(stream));
        Assert.Equal(2, reads);

        var memory = Group(_ml.Data.LoadFromEnumerable(Lazy()), false);
        Assert.Equal(ViewText.Rows(memory), ViewText.Rows(memory));
        Assert.Equal(3, reads);
    }

    [Fact]
    public void A_stream_neither_shuffles_nor_knows_its_length()
    {
        var view = Group(_ml.Data.LoadFromEnumerable(Visit.Parse("a 1 x; b 1 y")), true);

        Assert.False(view.CanShuffle);
        Assert.Null(view.GetRowCount());
        Assert.Equal(ViewText.Rows(view), ViewText.Rows(view, new Random(1)));
    }

    [Fact]
    public void Texts_handed_out_stay_as_they_are_when_the_cursor_moves_on()
    {
        var view = Group(_ml.Data.LoadFromEnumerable(Visit.Parse("a 1 first; b 1 other; c 1 third")), true);
        using var cursor = view.GetRowCursor(view.Schema);
        var page = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(view.Schema["Page"]);
        var user = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["User"]);
        VBuffer<ReadOnlyMemory<char>> pages = default;
        ReadOnlyMemory<char> id = default;

        Assert.True(cursor.MoveNext());
        page(ref pages);
        user(ref id);
        Assert.True(cursor.MoveNext());
        Assert.True(cursor.MoveNext());

        Assert.Equal(("first", "a"), (pages.GetItemOrDefault(0).ToString(), id.ToString()));
    }

    private IDataView Group(IDataView events, bool grouped, int holdOutLast = 0, int maxLength = 200, IDataView? profiles = null) =>
        _ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = ["Page", "Amount"],
            MaxLength = maxLength,
            HoldOutLast = holdOutLast,
            InputIsGrouped = grouped,
        }, profiles);

    private static List<DataViewRowId> Ids(IDataView view)
    {
        using var cursor = view.GetRowCursor([]);
        var getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }

        return ids;
    }

    private sealed class Profile
    {
        public string User { get; set; } = "";

        public string City { get; set; } = "";
    }
}
