using System.Globalization;

namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>Writes a line for each epoch.</summary>
internal sealed class EpochLines(TextWriter output) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Completed is not { } epoch) { return; }
        var metrics = epoch.Tasks.SelectMany(t => t.Value.Metrics.Select(m => Text($"{t.Key} {m.Key} {m.Value:0.0000}")));
        var pace = Text($"{epoch.EventsPerSecond:0} events/s, {epoch.TrainingSeconds:0.0} s + {epoch.ValidationSeconds:0.0} s validation, {epoch.PaddingShare:0.0%} padding");
        output.WriteLine(Text($"  epoch {epoch.Epoch,3}: loss {epoch.Loss:0.0000}, {pace}; {string.Join(", ", metrics)}"));
        output.Flush();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
