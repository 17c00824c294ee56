using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>Users scored a second by <c>Transform</c>, beside row-by-row scoring by the same model of every so many of the same rows.</summary>
internal sealed class TransformBenchmark(int seed, string device, double trainingSeconds, int rowByRow, TextWriter output)
{
    private const int Runs = 5;

    private static readonly Dictionary<string, string[]> s_outputs = new()
    {
        ["embedding"] = ["Embedding"],
        ["nextItem"] = ["NextItem.Score", "NextItem.PredictedLabel"],
        ["both"] = ["Embedding", "NextItem.Score", "NextItem.PredictedLabel"],
    };

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public void Run(string path)
    {
        using var brief = new BriefModel(path, seed, device, BriefModel.Brief(trainingSeconds), output);
        var source = Median([.. Enumerable.Range(0, Runs).Select(_ => Read(brief.Keyed, ["Item"]).Seconds)]);
        Say($"Reading the source alone: {brief.File.Users.Count / source:N0} users/s, from memory.");
        Read(brief.Model.Transform(brief.Keyed), s_outputs["both"]);
        var padding = brief.PaddingShare; // single rows, which have none, come later
        var runs = new Dictionary<string, TransformRun>();
        foreach (var (name, columns) in s_outputs)
        {
            var run = runs[name] = Measure(brief, columns);
            Say($"{string.Join(", ", columns)}: {run.UsersPerSecond:N0} users/s (median of {Runs}), {run.BytesPerUser:0.0} managed bytes a user; row by row {run.RowByRowUsersPerSecond:N0} users/s; {run.Ratio:0.0} times.");
        }
        Say($"Padding: {padding:0.0%} of the places of batches.");
        var results = runs.ToDictionary(r => r.Key, r => (object?)r.Value);
        results["users"] = brief.File.Users.Count;
        results["paddingShare"] = padding;
        results["sourceUsersPerSecond"] = brief.File.Users.Count / source;
        output.WriteLine(JsonLine.Of("transform", seed, new { data = Path.GetFileName(path), device, trainingSeconds, rowByRow, BriefModel.MaxLength }, results));
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private TransformRun Measure(BriefModel brief, string[] columns)
    {
        var scored = brief.Model.Transform(brief.Keyed);
        Read(scored, columns);
        var batched = Enumerable.Range(0, Runs).Select(_ => Read(scored, columns)).ToArray();
        var skip = Math.Max(1, brief.File.Users.Count / rowByRow);
        OneByOne(brief, columns, skip);
        var single = Enumerable.Range(0, Runs).Select(_ => OneByOne(brief, columns, skip)).ToArray();
        double[] speeds = [.. batched.Select(r => r.Rows / r.Seconds)];
        var (fast, slow) = (Median(speeds), Median([.. single.Select(r => r.Rows / r.Seconds)]));
        return new TransformRun(columns, fast, speeds, Median([.. batched.Select(r => (double)r.Bytes / r.Rows)]), slow, fast / slow);
    }

    private static (int Rows, double Seconds, long Bytes) Read(IDataView view, string[] names)
    {
        DataViewSchema.Column[] columns = [.. names.Select(n => view.Schema[n])];
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        var rows = 0;
        using (var cursor = view.GetRowCursor(columns))
        {
            var reader = new RowReader(cursor, columns);
            for (; cursor.MoveNext(); rows++) { reader.Read(); }
        }
        return (rows, clock.Elapsed.TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }

    // As PredictionEngine scores: a row mapper over one row at a time. Rows in between are skipped, unread.
    private static (int Rows, double Seconds) OneByOne(BriefModel brief, string[] names, int skip)
    {
        var mapper = brief.Model.GetRowToRowMapper(brief.Keyed.Schema);
        DataViewSchema.Column[] columns = [.. names.Select(n => mapper.OutputSchema[n])];
        using var cursor = brief.Keyed.GetRowCursor(mapper.GetDependencies(columns));
        var reader = new RowReader(mapper.GetRow(cursor, columns), columns);
        GC.Collect();
        var clock = Stopwatch.StartNew();
        var rows = 0;
        while (cursor.MoveNext())
        {
            if (cursor.Position % skip != 0) { continue; }
            reader.Read();
            rows++;
        }
        return (rows, clock.Elapsed.TotalSeconds);
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
