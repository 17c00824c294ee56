using System.Globalization;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Estimators;

/// <summary>Tells the user's listener, ML.NET's log and ML.NET's progress channel how training goes.</summary>
internal sealed class FitProgress : IProgress<TrainingProgress>
{
    private readonly IChannel _log;
    private readonly IProgressChannel _channel;
    private readonly IProgress<TrainingProgress>? _listener;
    private TrainingProgress? _latest;

    public FitProgress(IChannel log, IProgressChannel channel, IProgress<TrainingProgress>? listener)
    {
        _log = log;
        _channel = channel;
        _listener = listener;
        _channel.SetHeader(new ProgressHeader(["Loss", "Validation score"], ["epochs", "steps"]), Fill);
    }

    public void Report(TrainingProgress value)
    {
        _latest = value;
        if (value.Completed is { } epoch)
        {
            _log.Info("{0}", Line(epoch, value));
            _channel.Checkpoint(value.Loss, Known(epoch.ValidationScore), value.Epoch, value.Step);
        }
        _listener?.Report(value);
    }

    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    private static string Line(EpochReport epoch, TrainingProgress progress)
    {
        var tasks = epoch.Tasks.Select(t => $"{t.Key}: {string.Join(", ", Figures(t.Value))}");
        var score = Known(epoch.ValidationScore) is { } known ? string.Create(CultureInfo.InvariantCulture, $", validation {known:0.####}") : "";
        var information = epoch.TaskExpertInformation is > 0 and var nats
            ? string.Create(CultureInfo.InvariantCulture, $", task-expert information {nats:0.####}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {epoch.Epoch} of at most {progress.Epochs}: loss {epoch.Loss:0.####}{score}{information}, {epoch.EventsPerSecond:N0} events/s; ")
            + string.Join("; ", tasks);
    }

    private static IEnumerable<string> Figures(TaskReport task)
    {
        if (task.Weight is { } weight) { yield return string.Create(CultureInfo.InvariantCulture, $"weight {weight:0.###}"); }
        yield return string.Create(CultureInfo.InvariantCulture, $"loss {task.TrainingLoss:0.####}");
        if (task is { WideShare: { } wide, NetworkShare: { } network }) { yield return string.Create(CultureInfo.InvariantCulture, $"wide part × {wide:0.###} + network × {network:0.###}"); }
        foreach (var (name, value) in task.Metrics) { yield return string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.####}"); }
    }

    private void Fill(IProgressEntry entry)
    {
        if (_latest is not { } latest) { return; }
        entry.SetProgress(0, latest.Epoch - 1, latest.Epochs);
        entry.SetProgress(1, latest.Step, latest.Steps);
        entry.SetMetric(0, latest.Loss);
    }
}
