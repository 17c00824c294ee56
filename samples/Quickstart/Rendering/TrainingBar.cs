using System.Globalization;
using Spectre.Console;
using SuperMoe.ML;

namespace Quickstart.Rendering;

/// <summary>Training as a bar, if someone watches; as a line an epoch, if not.</summary>
internal static class TrainingBar
{
    public static T Show<T>(Func<IProgress<TrainingProgress>, T> train) => Page.IsLive ? ShowLive(train) : train(new Listener(Print));

    private static T ShowLive<T>(Func<IProgress<TrainingProgress>, T> train) =>
        AnsiConsole.Progress()
            .AutoClear(false)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                var bar = context.AddTask("preparing");
                var result = train(new Listener(progress => Draw(bar, progress)));
                bar.Value = bar.MaxValue;
                return result;
            });

    private static void Draw(ProgressTask bar, TrainingProgress progress)
    {
        bar.MaxValue = (double)progress.Epochs * progress.Steps;
        bar.Value = (double)(progress.Epoch - 1) * progress.Steps + progress.Step;
        bar.Description = Markup.Escape(Describe(progress));
        if (progress.Completed is not null)
        {
            AnsiConsole.MarkupLine($"[grey]{Markup.Escape(Finished(progress.Completed))}[/]");
        }
    }

    private static void Print(TrainingProgress progress)
    {
        if (progress.Completed is not null)
        {
            Page.Line(Finished(progress.Completed));
        }
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {progress.Epoch} of {progress.Epochs}, loss {progress.Loss:F3}, {progress.EventsPerSecond:N0} events/s");

    private static string Finished(EpochReport epoch)
    {
        var metrics = epoch.Tasks
            .Where(task => task.Value.Metrics.Count > 0)
            .Select(task => string.Create(
                CultureInfo.InvariantCulture, $"{task.Key} {task.Value.Metrics.First().Key} {task.Value.Metrics.First().Value:F3}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch,2}  loss {epoch.Loss:F3}  {string.Join("  ", metrics)}  {epoch.TrainingSeconds + epoch.ValidationSeconds:F1} s");
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, tells at once and in order.</summary>
    private sealed class Listener(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
