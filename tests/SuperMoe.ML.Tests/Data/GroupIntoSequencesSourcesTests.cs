using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

/// <summary>Where events come from, and where sequences go to.</summary>
public sealed class GroupIntoSequencesSourcesTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("sequences").FullName;

    public static TheoryData<bool> Both => [false, true];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Both))]
    public void Text_files_are_read(bool grouped)
    {
        var events = Csv("a,2024-01-02,y\na,2024-01-01,x\nb,2024-01-01T10:00:00,z");

        Assert.Equal(
            ["User=a Page=[x,y] Time=[2024-01-01T00:00:00,2024-01-02T00:00:00]", "User=b Page=[z] Time=[2024-01-01T10:00:00]"],
            ViewText.Rows(Group(events, grouped)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Empty_dates_in_text_files_are_refused(bool grouped)
    {
        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(Group(Csv("a,2024-01-01,x\na,,y"), grouped)));

        Assert.Contains("column 'Time' has no time", error.Message, StringComparison.Ordinal);
        Assert.Contains("row 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Keys_of_every_raw_type_may_be_users_and_items(bool grouped)
    {
        var path = Path.Combine(_folder, "keys.csv");
        File.WriteAllText(path, "1,1,1,1,2\n1,1,1,2,1"); // ML.NET reads 1 as the second key
        var events = _ml.Data.LoadFromTextFile(path,
        [
            new("Byte", DataKind.Byte, [new(0)], new KeyCount(200)),
            new("UInt16", DataKind.UInt16, [new(1)], new KeyCount(2000)),
            new("UInt32", DataKind.UInt32, [new(2)], new KeyCount(100_000)),
            new("UInt64", DataKind.UInt64, [new(3)], new KeyCount(1UL << 40)),
            new("Time", DataKind.Int32, 4),
        ], separatorChar: ',');

        foreach (var user in new[] { "Byte", "UInt16", "UInt32" })
        {
            var options = new SequenceOptions { UserColumn = user, TimeColumn = "Time", SequenceColumns = ["UInt64"], InputIsGrouped = grouped };
            var view = _ml.Data.GroupIntoSequences(events, options);
            Assert.Equal(events.Schema[user].Type, view.Schema[user].Type);
            Assert.Equal([user + "=2 UInt64=[3,2] Time=[1,2]"], ViewText.Rows(view));
        }

        var others = new SequenceOptions
        {
            UserColumn = "UInt64",
            TimeColumn = "Time",
            SequenceColumns = ["Byte", "UInt16"],
            InputIsGrouped = grouped,
        };
        Assert.Equal(["UInt64=2 Byte=[2] UInt16=[2] Time=[2]", "UInt64=3 Byte=[2] UInt16=[2] Time=[1]"],
            ViewText.Rows(_ml.Data.GroupIntoSequences(events, others)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Data_frames_are_read_and_their_nulls_are_missing_values(bool grouped)
    {
        var frame = new DataFrame(
            new StringDataFrameColumn("User", ["a", "a", "b"]),
            new DoubleDataFrameColumn("Time", [2, 1, 1]),
            new StringDataFrameColumn("Page", ["y", null, "z"]),
            new SingleDataFrameColumn("Amount", new float?[] { 1, null, 3 }));

        Assert.Equal(["User=a Page=[,y] Amount=[NaN,1] Time=[1,2]", "User=b Page=[z] Amount=[3] Time=[1]"],
            ViewText.Rows(Group(frame, grouped, "Page", "Amount")));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Null_times_in_data_frames_are_refused(bool grouped)
    {
        var user = new StringDataFrameColumn("User", ["a", "a"]);
        var page = new StringDataFrameColumn("Page", ["x", "y"]);
        DataFrameColumn[] times =
        [
            new DateTimeDataFrameColumn("Time", new DateTime?[] { new(2024, 1, 1), null }),
            new DoubleDataFrameColumn("Time", new double?[] { 1, null }),
            new SingleDataFrameColumn("Time", new float?[] { 1, null }),
            new Int64DataFrameColumn("Time", new long?[] { 1, null }),
        ];

        foreach (var time in times)
        {
            var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(Group(new DataFrame(user, time, page), grouped)));
            Assert.Contains("column 'Time' has no time", error.Message, StringComparison.Ordinal);
            Assert.Contains("row 2", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Null_users_in_data_frames_of_profiles_are_refused()
    {
        var events = new DataFrame(new Int64DataFrameColumn("User", [0L, 7L]), new Int32DataFrameColumn("Time", [1, 2]), new StringDataFrameColumn("Page", ["x", "y"]));
        var profiles = new DataFrame(new Int64DataFrameColumn("User", new long?[] { 7, null }), new SingleDataFrameColumn("Age", [30f, 40f]));
        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(_ml.Data.GroupIntoSequences(
            events, new SequenceOptions { UserColumn = "User", TimeColumn = "Time", SequenceColumns = ["Page"] }, profiles)));
        Assert.Contains("column 'User' has no user in row 2 (counted from 1)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Null_users_in_data_frames_are_refused(bool grouped)
    {
        var time = new Int32DataFrameColumn("Time", [1, 2, 3]);
        var page = new StringDataFrameColumn("Page", ["x", "y", "z"]);
        DataFrameColumn[] users =
        [
            new StringDataFrameColumn("User", ["a", "a", null]),
            new Int32DataFrameColumn("User", new int?[] { 1, 1, null }),
        ];

        foreach (var user in users)
        {
            var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(Group(new DataFrame(user, time, page), grouped)));
            Assert.Contains("column 'User' has no user", error.Message, StringComparison.Ordinal);
            Assert.Contains("row 3", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Keys_can_be_made_of_the_sequences(bool grouped)
    {
        var users = Group(Csv("a,2024-01-02,y\na,2024-01-01,x\nb,2024-01-01,y"), grouped);
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Page").Fit(users).Transform(users);

        Assert.Equal(["Page=[1,2]", "Page=[2]"], ViewText.Rows(keyed, "Page"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Views_after_it_read_the_same_rows(bool grouped)
    {
        var users = Group(Csv(string.Join('\n', Enumerable.Range(0, 50).Select(i => $"u{i},2024-01-01,p{i}"))), grouped);
        var rows = ViewText.Rows(users);

        Assert.Equal(rows, ViewText.Rows(_ml.Transforms.CopyColumns("Copy", "Page").AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Copy")).Fit(users).Transform(users), "User", "Page", "Time"));
        Assert.Equal(rows, ViewText.Rows(_ml.Data.Cache(users)));
        Assert.Equal(rows.Skip(3).Take(5), ViewText.Rows(_ml.Data.TakeRows(_ml.Data.SkipRows(users, 3), 5)));
        var shuffled = ViewText.Rows(_ml.Data.ShuffleRows(users, seed: 3));
        Assert.NotEqual(rows, shuffled);
        Assert.Equal(rows.Order(), shuffled.Order());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Rows_become_objects_with_arrays(bool grouped)
    {
        var users = Group(Csv("a,2024-01-02,y\na,2024-01-01,x\nb,2024-01-01,z"), grouped);

        var rows = _ml.Data.CreateEnumerable<UserRow>(users, reuseRowObject: false).ToList();

        Assert.Equal(["a", "b"], rows.Select(row => row.User));
        Assert.Equal(["x", "y"], rows[0].Page);
        Assert.Equal([new DateTime(2024, 1, 1), new DateTime(2024, 1, 2)], rows[0].Time);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Saved_binary_data_reads_back_equal(bool grouped)
    {
        var users = Group(Csv("a,2024-01-02,y\na,2024-01-01,x\nb,2024-01-01,z"), grouped);
        var path = Path.Combine(_folder, "users.idv");
        using (var file = File.Create(path))
        {
            _ml.Data.SaveAsBinary(users, file);
        }

        var loaded = _ml.Data.LoadFromBinary(path);

        Assert.Equal(users.Schema.Select(c => (c.Name, c.Type)), loaded.Schema.Select(c => (c.Name, c.Type)));
        Assert.Equal(ViewText.Rows(users), ViewText.Rows(loaded));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Numbers_saved_as_text_read_back_equal(bool grouped)
    {
        var users = Group(Csv("a,2024-01-02,1.5\na,2024-01-01,2\nb,2024-01-01,3", DataKind.Single), grouped);
        var path = Path.Combine(_folder, "users.tsv");
        using (var file = File.Create(path))
        {
            _ml.Data.SaveAsText(_ml.Transforms.DropColumns("Time").Fit(users).Transform(users), file, headerRow: false, schema: false);
        }

        Assert.Equal(["a\t2\t1.5", "b\t3"], File.ReadAllLines(path).Select(line => line.Trim()));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Empty_numbers_in_text_files_are_refused_when_the_loader_reads_them_as_missing(bool grouped)
    {
        var path = Path.Combine(_folder, "times.csv");
        File.WriteAllText(path, "a,1,x\na,,y");
        var events = _ml.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Columns = [new("User", DataKind.String, 0), new("Time", DataKind.Double, 1), new("Page", DataKind.String, 2)],
            Separators = [','],
            MissingRealsAsNaNs = true,
        });

        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(Group(events, grouped)));
        Assert.Contains("column 'Time' has no time", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Models_fitted_on_sequences_are_saved_with_their_schema(bool grouped)
    {
        var users = Group(Csv("a,2024-01-02,y\na,2024-01-01,x\nb,2024-01-01,z"), grouped);
        var model = _ml.Transforms.Conversion.MapValueToKey("Page").Fit(users);
        var path = Path.Combine(_folder, "model.zip");

        _ml.Model.Save(model, users.Schema, path);
        var loaded = new MLContext().Model.Load(path, out var schema);

        Assert.Equal(users.Schema.Select(c => (c.Name, c.Type)), schema.Select(c => (c.Name, c.Type)));
        Assert.Equal(ViewText.Rows(model.Transform(users)), ViewText.Rows(loaded.Transform(users)));
    }

    private IDataView Group(IDataView events, bool grouped, params string[] columns) =>
        _ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = columns.Length > 0 ? columns : ["Page"],
            InputIsGrouped = grouped,
        });

    private IDataView Csv(string lines, DataKind page = DataKind.String)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(path, lines);
        return _ml.Data.LoadFromTextFile(
            path, [new("User", DataKind.String, 0), new("Time", DataKind.DateTime, 1), new("Page", page, 2)], separatorChar: ',');
    }

    private sealed class UserRow
    {
        public string User { get; set; } = "";

        public string[] Page { get; set; } = [];

        public DateTime[] Time { get; set; } = [];
    }
}
