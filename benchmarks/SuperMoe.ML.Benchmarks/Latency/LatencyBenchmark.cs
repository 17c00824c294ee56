using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Benchmarks.Transform;

namespace SuperMoe.ML.Benchmarks.Latency;

/// <summary>The time of a call of <c>PredictionEngine.Predict</c> for one user, embedding and best items together.</summary>
internal sealed class LatencyBenchmark(int seed, string device, double trainingSeconds, int calls, TextWriter output)
{
    private const int Runs = 5;

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public void Run(string path)
    {
        using var brief = new BriefModel(path, seed, device, BriefModel.Brief(trainingSeconds), output);
        var rows = brief.ML.Data.CreateEnumerable<LatencyUser>(brief.Keyed, reuseRowObject: false).ToArray();
        using var engine = brief.ML.Model.CreatePredictionEngine<LatencyUser, LatencyPrediction>(
            brief.Model, new PredictionEngineOptions { OwnsTransformer = false, InputSchemaDefinition = Schema(brief) });
        var prediction = new LatencyPrediction();
        var step = Math.Max(1, rows.Length / calls);
        Measure(engine, rows, prediction, step);
        var runs = Enumerable.Range(0, Runs).Select(_ => Measure(engine, rows, prediction, step)).ToArray();
        double Median(Func<(double Median, double P95, double P99, double Max, double Bytes), double> figure) => runs.Select(figure).Order().ElementAt(Runs / 2);
        var (median, p95, p99, max, bytes) = (Median(r => r.Median), Median(r => r.P95), Median(r => r.P99), Median(r => r.Max), Median(r => r.Bytes));
        Say($"Predict, {calls} users, medians of {Runs}: median {median:0.000} ms, 95% {p95:0.000} ms, 99% {p99:0.000} ms, longest {max:0.000} ms; {bytes:0} managed bytes a call.");
        output.WriteLine(JsonLine.Of(
            "latency", seed, new { data = Path.GetFileName(path), device, trainingSeconds, calls, BriefModel.MaxLength }, new Dictionary<string, object?>
            {
                ["medianMilliseconds"] = median,
                ["p95Milliseconds"] = p95,
                ["p99Milliseconds"] = p99,
                ["maxMilliseconds"] = max,
                ["bytesPerCall"] = bytes,
                ["allMedians"] = runs.Select(r => r.Median).ToArray(),
                ["allP99"] = runs.Select(r => r.P99).ToArray(),
            }));
    }

    // The engine's input is a key column: its annotations are of no use to the model.
    private static Microsoft.ML.Data.SchemaDefinition Schema(BriefModel brief)
    {
        var schema = Microsoft.ML.Data.SchemaDefinition.Create(typeof(LatencyUser));
        schema[nameof(LatencyUser.Item)].ColumnType = brief.Keyed.Schema[nameof(LatencyUser.Item)].Type;
        return schema;
    }

    private (double Median, double P95, double P99, double Max, double Bytes) Measure(
        PredictionEngine<LatencyUser, LatencyPrediction> engine, LatencyUser[] rows, LatencyPrediction prediction, int step)
    {
        var times = new double[calls];
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            engine.Predict(rows[i * step % rows.Length], ref prediction);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        Array.Sort(times);
        return (times[calls / 2], times[(int)(calls * 0.95)], times[(int)(calls * 0.99)], times[^1], (double)bytes / calls);
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
