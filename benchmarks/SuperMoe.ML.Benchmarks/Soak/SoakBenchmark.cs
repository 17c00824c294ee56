using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Benchmarks.Transform;

namespace SuperMoe.ML.Benchmarks.Soak;

/// <summary>Whether memory stays flat over many epochs of training and many scored batches.</summary>
internal sealed class SoakBenchmark(int seed, int epochs, int batches, int batchRows, TextWriter output)
{
    private const int Samples = 20;

    private static readonly string[] s_columns = ["Embedding", "NextItem.Score", "NextItem.PredictedLabel"];

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public void Run(string path)
    {
        var steps = new StepSampler();
        var training = new TrainingOptions { ValidationFraction = 0, Epochs = epochs, Patience = epochs, Progress = steps };
        using var brief = new BriefModel(path, seed, training, output, batchRows);
        Say($"Training, {steps.Steps} steps: {Line(steps.Memory)}");
        var scored = Score(brief);
        Say($"Scoring, {batches} batches of {batchRows} rows: {Line(scored)}");
        output.WriteLine(JsonLine.Of("soak", seed, new { data = Path.GetFileName(path), epochs, batches, batchRows }, new Dictionary<string, object?>
        {
            ["flat"] = scored.Flat && steps.Memory.Flat,
            ["scoring"] = scored.Results(),
            ["training"] = steps.Memory.Results(),
            ["steps"] = steps.Steps,
        }));
    }

    // A tenth of the batches to warm up, then a sample after every so many; the view is read again and again.
    private MemorySamples Score(BriefModel brief)
    {
        var memory = new MemorySamples();
        var view = brief.Model.Transform(brief.Keyed);
        DataViewSchema.Column[] columns = [.. s_columns.Select(c => view.Schema[c])];
        var (warmUp, every) = ((long)batches * batchRows / 10, Math.Max(1, (long)batches * batchRows * 9 / 10 / Samples));
        long rows = 0;
        while (rows < (long)batches * batchRows)
        {
            using var cursor = view.GetRowCursor(columns);
            var reader = new RowReader(cursor, columns);
            while (rows < (long)batches * batchRows && cursor.MoveNext())
            {
                reader.Read();
                if (++rows >= warmUp && (rows - warmUp) % every == 0) { memory.Take(); }
            }
        }
        return memory;
    }

    private static string Line(MemorySamples memory) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(memory.Flat ? "flat" : "NOT FLAT")}, {memory.Results()["leastMiB"]:0.0} to {memory.Results()["mostMiB"]:0.0} MiB, growth {memory.Growth:0.0} MiB, tensors {memory.Results()["tensorsFirst"]} to {memory.Results()["tensorsLast"]}");

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
