using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Data;

public sealed class BehaviorDatasetReaderTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void ReadAll_reads_every_column_of_every_row()
    {
        var rows = SampleUsers.Rows(30);
        var data = Read(rows, SampleUsers.Options());
        Assert.Equal(30, data.Count);
        Assert.Equal(new BehaviorSchema(12, data.Schema.KeyFields, data.Schema.NumberFields, true, 1, data.Schema.ItemFingerprint), data.Schema);
        Assert.Equal(32, data.Schema.ItemFingerprint!.Length);
        Assert.Equal([new KeyField("Action", 2, data.Schema.KeyFields[0].Fingerprint)], data.Schema.KeyFields);
        Assert.NotEqual(data.Schema.ItemFingerprint, data.Schema.KeyFields[0].Fingerprint);
        Assert.Equal(["Amount"], data.Schema.NumberFields);
        for (var u = 0; u < rows.Count; u++)
        {
            var events = data.Offsets[u]..data.Offsets[u + 1];
            Assert.Equal(rows[u].Item, data.Items[events].Select(i => $"item{i}"));
            Assert.Equal(rows[u].Amount, data.NumberFields[0][events]);
            Assert.Equal(rows[u].Time.Select(t => (double)t), data.Times![events]);
            Assert.Equal(rows[u].Income, data.Profiles[u]);
            Assert.Equal(rows[u].Age, data.Labels[2]![u]);
            Assert.Equal(rows[u].Churned ? 1 : 0, data.Labels[3]![u]);
            Assert.Equal(rows[u].Liked, data.Labels[4]![u]);
            Assert.Equal(rows[u].Candidate, $"item{data.Candidates[4]![u]}");
        }
        Assert.Null(data.Labels[0]);
        Assert.Null(data.Candidates[3]);
        Assert.Equal(data.Offsets[^1], data.Items.Length);
    }

    [Theory]
    [InlineData(new float[] { 1 })]
    [InlineData(new float[] { 1, 2, 3, 4 })]
    [InlineData(null)]
    public void ReadAll_of_a_profile_of_another_length_than_its_column_s_names_row_column_and_lengths(float[]? other)
    {
        var rows = new[] { new Visitor { Item = ["item1"], Profile = [1, 2, 3] }, new Visitor { Item = ["item2"], Profile = other! } };
        var options = new SuperMoeOptions { ItemColumn = "Item", ProfileColumn = "Profile", Tasks = [new NextItemTask()] };
        var view = _ml.Data.LoadFromEnumerable(rows);
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Item").Fit(view).Transform(view);
        var error = Assert.Throws<InvalidOperationException>(() => Read(keyed, options));
        Assert.Contains($"Row 1 has {other?.Length ?? 0} numbers in column 'Profile'", error.Message, StringComparison.Ordinal);
        Assert.Contains("says 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_reads_who_validates_where_a_column_tells()
    {
        var rows = SampleUsers.Rows(10);
        var options = SampleUsers.Options();
        Assert.Null(Read(rows, options).Validation);
        options.ValidationColumn = "Churned";
        Assert.Equal(rows.Select(r => r.Churned), Read(rows, options).Validation!);
    }

    [Fact]
    public void ReadAll_reads_missing_labels_as_NaN()
    {
        var rows = SampleUsers.Rows(4).ToList();
        rows[0].Age = float.NaN;
        rows[1].Liked = float.NaN;
        rows[2].Candidate = "unknown";
        rows[3].Gender = "unknown";
        var data = Read(rows, SampleUsers.Options());
        Assert.Equal([true, false, false, false], data.Labels[2]!.Select(float.IsNaN));
        Assert.Equal([false, true, true, false], data.Labels[4]!.Select(float.IsNaN));
        Assert.Equal([false, false, false, true], data.Labels[1]!.Select(float.IsNaN));
    }

    [Fact]
    public void ReadAll_of_sequences_longer_than_the_model_looks_at_keeps_all_for_the_history()
    {
        var row = new UserRow
        {
            Item = [.. SampleUsers.Names],
            Action = [.. SampleUsers.Names.Select(_ => "buy")],
            Amount = [.. Enumerable.Range(0, 12).Select(i => (float)i)],
            Time = [.. Enumerable.Range(0, 12).Select(i => (long)i)],
        };
        var options = SampleUsers.Options();
        options.Model.MaxLength = 4;
        var data = Read([row], options);
        Assert.Equal(Enumerable.Range(1, 12), data.Items);
        Assert.Equal(12, data.NumberFields[0].Length);
        Assert.Equal(12, data.Times!.Length);
    }

    [Fact]
    public void ReadAll_of_columns_of_different_lengths_names_row_columns_and_lengths()
    {
        var rows = SampleUsers.Rows(3).ToList();
        rows[1].Amount = [1, 2, 3, 4, 5, 6, 7];
        var error = Assert.Throws<InvalidOperationException>(() => Read(rows, SampleUsers.Options()));
        Assert.Contains("Row 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Amount' 7", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'Item' {rows[1].Item.Length}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_of_falling_times_names_row_and_column()
    {
        var rows = SampleUsers.Rows(3).ToList();
        rows[2] = new UserRow { Item = ["item1", "item2"], Action = ["buy", "buy"], Amount = [1, 2], Time = [7, 6] };
        var error = Assert.Throws<InvalidOperationException>(() => Read(rows, SampleUsers.Options()));
        Assert.Contains("Row 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Time'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_of_an_infinite_label_names_row_and_column()
    {
        var rows = SampleUsers.Rows(3).ToList();
        rows[1].Age = float.PositiveInfinity;
        var error = Assert.Throws<InvalidOperationException>(() => Read(rows, SampleUsers.Options()));
        Assert.Contains("Row 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Age'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_reads_every_type_of_time_in_seconds()
    {
        var start = new DateTime(2024, 2, 1, 0, 0, 0, DateTimeKind.Utc);
        var row = new TimesRow
        {
            Item = ["item1", "item2"],
            Dates = [start, start.AddSeconds(1.5)],
            Offsets = [new DateTimeOffset(start), new DateTimeOffset(start.AddHours(1)).ToOffset(TimeSpan.FromHours(5))],
            Floats = [2.5f, 3f],
            Doubles = [1e9, 1e9 + 0.25],
            Shorts = [-5, 7],
        };
        var view = _ml.Transforms.Conversion.MapValueToKey("Item").Fit(_ml.Data.LoadFromEnumerable([row])).Transform(_ml.Data.LoadFromEnumerable([row]));
        double[] Times(string column) => Read(view, new SuperMoeOptions { ItemColumn = "Item", TimeColumn = column, Tasks = [new NextItemTask()] }).Times!;

        var unix = (start - DateTime.UnixEpoch).TotalSeconds;
        Assert.Equal([unix, unix + 1.5], Times("Dates"));
        Assert.Equal([unix, unix + 3600], Times("Offsets"));
        Assert.Equal([2.5, 3], Times("Floats"));
        Assert.Equal([1e9, 1e9 + 0.25], Times("Doubles"));
        Assert.Equal([-5d, 7], Times("Shorts"));
        row.Doubles[1] = double.NaN;
        Assert.Contains("NaN", Assert.Throws<InvalidOperationException>(() => Times("Doubles")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_of_a_missing_date_names_row_column_and_event()
    {
        var start = new DateTime(2024, 2, 1, 0, 0, 0, DateTimeKind.Utc);
        var row = new TimesRow { Item = ["item1", "item2"], Dates = [default, start], Offsets = [default, new(start)], Floats = [0, 3], Doubles = [0, 0], Shorts = [0, 7] };
        var view = _ml.Transforms.Conversion.MapValueToKey("Item").Fit(_ml.Data.LoadFromEnumerable([row])).Transform(_ml.Data.LoadFromEnumerable([row]));
        double[] Times(string column) => Read(view, new SuperMoeOptions { ItemColumn = "Item", TimeColumn = column, Tasks = [new NextItemTask()] }).Times!;

        foreach (var column in new[] { "Dates", "Offsets" })
        {
            var error = Assert.Throws<InvalidOperationException>(() => Times(column));
            Assert.Contains($"Row 0 has the time 0001-01-01, which ML.NET reads where a date is missing, in column '{column}', at event 0 of 2", error.Message, StringComparison.Ordinal);
            Assert.Contains("every event needs a time", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal([0d, 3], Times("Floats"));
        Assert.Equal([0d, 0], Times("Doubles"));
        Assert.Equal([0d, 7], Times("Shorts"));
    }

    [Theory]
    [InlineData(5, null, "more than 5 events in column 'Item'")]
    [InlineData(8, "Profile", "more than 8 numbers in column 'Profile' (users times 3 features)")]
    public void Read_of_more_than_fits_in_memory_names_the_column(int limit, string? profile, string expected)
    {
        var view = _ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Visitor { Item = ["item1", "item2"], Profile = [1, 2, 3] }, 3));
        var options = new SuperMoeOptions { ItemColumn = "Item", ProfileColumn = profile, Tasks = [new NextItemTask()] };
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Item").Fit(view).Transform(view);
        var columns = new InputColumns(_ml.Environment(), options).ForTraining(keyed.Schema);
        using var cursor = keyed.GetRowCursor(columns.All());
        var reader = new BehaviorRowReader(cursor, columns) { Limit = limit };
        var error = Assert.Throws<InvalidOperationException>(() => { while (cursor.MoveNext()) { reader.Read(); } });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_asks_whether_to_go_on()
    {
        var view = SampleUsers.KeyedView(_ml, 5);
        var columns = new InputColumns(_ml.Environment(), SampleUsers.Options()).ForTraining(view.Schema);
        Assert.Throws<OperationCanceledException>(() => BehaviorDatasetReader.ReadAll(view, columns, () => throw new OperationCanceledException()));
    }

    private BehaviorDataset Read(IReadOnlyList<UserRow> rows, SuperMoeOptions options) =>
        Read(SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows)), options);

    private BehaviorDataset Read(IDataView view, SuperMoeOptions options)
    {
        var columns = new InputColumns(_ml.Environment(), options).ForTraining(view.Schema);
        return BehaviorDatasetReader.ReadAll(view, columns, () => { });
    }

    private sealed class TimesRow
    {
        public string[] Item { get; set; } = [];

        public DateTime[] Dates { get; set; } = [];

        public DateTimeOffset[] Offsets { get; set; } = [];

        public float[] Floats { get; set; } = [];

        public double[] Doubles { get; set; } = [];

        public short[] Shorts { get; set; } = [];
    }

    private sealed class Visitor
    {
        public string[] Item { get; set; } = [];

        [VectorType(3)]
        public float[] Profile { get; set; } = [];
    }
}
