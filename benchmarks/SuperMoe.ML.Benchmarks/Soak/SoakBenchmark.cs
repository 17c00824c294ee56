using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Benchmarks.Transform;

namespace SuperMoe.ML.Benchmarks.Soak;

/// <summary>Whether memory stays flat over many epochs of training and many scored batches.</summary>
internal sealed class SoakBenchmark(int seed, string device, int epochs, int batches, int batchRows, TextWriter output)
{
    private const int Samples = 20;

    private static readonly string[] s_columns = ["Embedding", "NextItem.Score", "NextItem.PredictedLabel"];

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public void Run(string path)
    {
        var steps = new StepSampler();
        var training = new TrainingOptions { ValidationFraction = 0, Epochs = epochs, Patience = epochs, Progress = steps };
        using var brief = new BriefModel(path, seed, device, training, output, batchRows);
        Say($"Training, {steps.Steps} steps: {Line(steps.Memory)}");
        var scored = Score(brief);
        Say($"Scoring, {batches} batches of {batchRows} rows: {Line(scored)}");
        output.WriteLine(JsonLine.Of("soak", seed, new { data = Path.GetFileName(path), device, epochs, batches, batchRows }, new Dictionary<string, object?>
        {
            ["flat"] = scored.Flat & steps.Memory.Flat,
            ["scoring"] = scored.Results(),
            ["training"] = steps.Memory.Results(),
            ["steps"] = steps.Steps,
        }));
    }

    // A tenth of the rows to warm up, then a sample after each of so many shares of the rest.
    private MemorySamples Score(BriefModel brief)
    {
        var memory = new MemorySamples();
        var view = brief.Model.Transform(brief.Keyed);
        var rows = (long)batches * batchRows;
        var warmUp = rows / 10;
        Read(view, warmUp);
        for (var s = 0; s < Samples; s++)
        {
            Read(view, ((rows - warmUp) * (s + 1) / Samples) - ((rows - warmUp) * s / Samples));
            memory.Take(); // with no cursor open: one scores ahead, at moments of its own
        }
        return memory;
    }

    // Again and again, until so many rows were read.
    private static void Read(IDataView view, long rows)
    {
        DataViewSchema.Column[] columns = [.. s_columns.Select(c => view.Schema[c])];
        while (rows > 0)
        {
            using var cursor = view.GetRowCursor(columns);
            var reader = new RowReader(cursor, columns);
            for (; rows > 0 && cursor.MoveNext(); rows--) { reader.Read(); }
        }
    }

    private static string Line(MemorySamples memory) => string.Create(
        CultureInfo.InvariantCulture,
        $"{memory.Verdict}, {memory.Results()["leastMiB"]:0.0} to {memory.Results()["mostMiB"]:0.0} MiB, growth {memory.Growth:0.0} MiB, tensors {memory.Results()["tensorsFirst"]} to {memory.Results()["tensorsLast"]}");

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
