using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class GroupIntoSequencesErrorsTests
{
    // What ML.NET reads from an enumerable as the missing key.
    private const uint OutOfRange = 99;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<bool> Both => [false, true];

    [Fact]
    public void Nulls_are_refused()
    {
        var events = _ml.Data.LoadFromEnumerable(Visit.Parse("a 1 x"));

        Assert.Throws<ArgumentNullException>("events", () => _ml.Data.GroupIntoSequences(null!, new SequenceOptions()));
        Assert.Throws<ArgumentNullException>("options", () => _ml.Data.GroupIntoSequences(events, null!));
        Assert.Throws<ArgumentNullException>("catalog", () => SequenceCatalog.GroupIntoSequences(null!, events, new SequenceOptions()));
    }

    [Fact]
    public void All_mistakes_in_the_options_are_reported_together()
    {
        var error = Refused(o =>
        {
            o.UserColumn = " ";
            o.TimeColumn = null!;
            o.SequenceColumns = ["Page", "", "Page"];
            o.MaxLength = 0;
            o.HoldOutLast = -1;
        });

        Assert.Contains("6 mistakes", error, StringComparison.Ordinal);
        Assert.Contains("UserColumn is empty", error, StringComparison.Ordinal);
        Assert.Contains("TimeColumn is empty", error, StringComparison.Ordinal);
        Assert.Contains("SequenceColumns[1] is empty", error, StringComparison.Ordinal);
        Assert.Contains("SequenceColumns names 'Page' more than once", error, StringComparison.Ordinal);
        Assert.Contains("MaxLength is 0; the range is 1 to 2,147,483,647.", error, StringComparison.Ordinal);
        Assert.Contains("HoldOutLast is -1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_in_two_roles_are_refused()
    {
        Assert.Contains("UserColumn and TimeColumn are both 'User'", Refused(o => o.TimeColumn = "User"), StringComparison.Ordinal);
        Assert.Contains("names the user column 'User'", Refused(o => o.SequenceColumns = ["Page", "User"]), StringComparison.Ordinal);
        Assert.Contains("SequenceColumns is empty", Refused(o => o.SequenceColumns = []), StringComparison.Ordinal);
        Assert.Contains("SequenceColumns is empty", Refused(o => o.SequenceColumns = null!), StringComparison.Ordinal);
        Assert.Contains("'Page.HeldOut' has the name of the output for held-out events of 'Page'",
            Refused(o => (o.SequenceColumns, o.HoldOutLast) = (["Page", "Page.HeldOut"], 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void All_missing_columns_and_wrong_types_are_reported_together()
    {
        var events = _ml.Data.LoadFromEnumerable(new[] { new Odd() });

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = ["Vector", "Gone"],
        })).Message;

        Assert.Contains("4 mistakes", error, StringComparison.Ordinal);
        Assert.Contains("UserColumn: column 'User' is Single; allowed are text, keys and integers", error, StringComparison.Ordinal);
        Assert.Contains("TimeColumn: column 'Time' is String; allowed are DateTime, DateTimeOffset, integers", error, StringComparison.Ordinal);
        Assert.Contains("column 'Vector' is Vector<Single, 2>", error, StringComparison.Ordinal);
        Assert.Contains("the events have no column 'Gone'; they have 'User', 'Time', 'Vector'", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void NaN_times_are_refused_with_column_and_row(bool grouped)
    {
        AssertData("column 'Time' has no time", 2, grouped, [new Timed<float>(0), new(float.NaN)]);
        AssertData("column 'Time' has no time", 3, grouped, [new Timed<double>(0), new(1), new(double.NaN)]);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Missing_dates_are_refused_with_column_and_row(bool grouped)
    {
        AssertData("column 'Time' has no time", 2, grouped, [new Timed<DateTime>(new(2024, 1, 1)), new(default)]);
        AssertData("column 'Time' has no time", 1, grouped, [new Timed<DateTimeOffset>(default)]);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Missing_users_are_refused_with_column_and_row(bool grouped)
    {
        AssertData("column 'User' has no user", 2, grouped, [new Visit { User = "a" }, new Visit()], "Page");
        AssertData("column 'User' has no user", 2, grouped, [new KeyEvent { User = 1 }, new KeyEvent { User = OutOfRange }]);
    }

    [Fact]
    public void An_error_in_the_data_comes_again_at_the_next_reading()
    {
        var view = _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(new[] { new Timed<float>(float.NaN) }), Options("Time"));

        Assert.Throws<InvalidOperationException>(() => ViewText.Rows(view));
        Assert.Throws<InvalidOperationException>(() => ViewText.Rows(view));
        Assert.Null(view.GetRowCount());
    }

    private string Refused(Action<SequenceOptions> change)
    {
        var options = Options("Page");
        change(options);
        return Assert.ThrowsAny<ArgumentException>(
            () => _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(Visit.Parse("a 1 x")), options)).Message;
    }

    private void AssertData<T>(string problem, int row, bool grouped, T[] rows, string column = "Time")
        where T : class
    {
        var options = Options(column);
        options.InputIsGrouped = grouped;
        var view = _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(rows), options);

        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(view, "User"));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains($"in row {row} (counted from 1)", error.Message, StringComparison.Ordinal);
    }

    private static SequenceOptions Options(string column) => new() { UserColumn = "User", TimeColumn = "Time", SequenceColumns = [column] };

    private sealed class Odd
    {
        public float User { get; set; }

        public string Time { get; set; } = "";

        [VectorType(2)]
        public float[] Vector { get; set; } = [0, 0];
    }

    private sealed class Timed<T>(T time)
    {
        public int User { get; set; }

        public T Time { get; set; } = time;
    }

    private sealed class KeyEvent
    {
        [KeyType(5)]
        public uint User { get; set; }

        public int Time { get; set; }
    }
}
