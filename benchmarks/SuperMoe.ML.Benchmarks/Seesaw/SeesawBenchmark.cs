using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Estimators.Seesaw;
using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Benchmarks.Seesaw;

/// <summary>
/// The seesaw report by the protocol of <c>multitask</c>: for each seed a model of all tasks, one of each task alone, and one of each other way to train together, all for as
/// many epochs on the same rows.
/// </summary>
/// <param name="recipe">Architecture and training.</param>
/// <param name="settings">Folds, seeds and tasks.</param>
/// <param name="others">Other ways to train together.</param>
/// <param name="folder">Where finished runs are kept; <see langword="null"/> for nowhere.</param>
/// <param name="runsOf">The version of the build that trained what the folder has; <see langword="null"/> for this one.</param>
/// <param name="output">Where everything is told.</param>
internal sealed class SeesawBenchmark(Recipe recipe, MultiTaskSettings settings, IReadOnlyList<string> others, string? folder, string? runsOf, TextWriter output)
{
    private const double Confidence = 0.95;

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    /// <exception cref="TaskNameException">A task is not of the data.</exception>
    public void Run(string path)
    {
        var protocol = MultiTaskProtocols.Open(path, settings);
        var tasks = recipe.Tasks(protocol, settings.Tasks);
        foreach (var line in protocol.About) { Say($"{line}"); }
        var trainer = new SeesawTrainer(recipe.Context(), protocol, settings, Folder(protocol), runsOf, output);
        var runs = new List<SeesawRun>();
        for (var s = 0; s < settings.Seeds; s++)
        {
            var seeded = recipe with { Seed = recipe.Seed + s };
            runs.Add(trainer.Run(SeesawReport.Joint, seeded, tasks));
            runs.AddRange(others.Select(name => trainer.Run(name, SeesawWays.Of(seeded, name), tasks)));
            runs.AddRange(tasks.Select(task => trainer.Run(SeesawReport.Alone, seeded, [task])));
        }
        var statistics = new SeesawStatistics([.. tasks.Select(t => TaskMetrics.Judged(t, TaskMetrics.Names(t)[0]))], runs, Confidence);
        SeesawComparison[] comparisons = [.. others.Prepend(SeesawReport.Joint).Select(statistics.Compare)];
        var report = new SeesawReport(comparisons, runs, Confidence, (int)protocol.Facts["users"]!, (int)protocol.Facts["judgedUsers"]!);
        output.WriteLine();
        output.WriteLine(report);
        output.WriteLine(JsonLine.Of("seesaw", recipe.Seed, new { recipe, settings, others, runsOf }, Results(path, report)));
    }

    private SeesawFolder? Folder(IMultiTaskProtocol protocol)
    {
        if (folder is null) { return null; }
        // Rows follow from the files and from what the settings say of them.
        var data = string.Join(", ", protocol.Facts.Select(f => $"{f.Key} {f.Value}").Append($"folds {settings.Folds}"));
        return new SeesawFolder(folder, data);
    }

    private static Dictionary<string, object?> Results(string path, SeesawReport report) => new()
    {
        ["data"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)),
        ["users"] = report.TrainingUsers,
        ["judgedUsers"] = report.TestUsers,
        ["comparisons"] = report.Comparisons.ToDictionary(c => c.Name, c => new Dictionary<string, object?>
        {
            ["meanRelativeGain"] = Entry(c.MeanRelativeGain),
            ["meanRelativeGainOverUsers"] = Entry(c.MeanRelativeGainOverUsers),
            ["tasks"] = c.Tasks.ToDictionary(t => t.Task, t => new Dictionary<string, object?>
            {
                ["metric"] = t.Metric,
                ["alone"] = t.Alone,
                ["together"] = t.Joint,
                ["difference"] = Entry(t.Difference),
                ["relativeGain"] = t.RelativeGain.Mean,
                ["verdict"] = t.Verdict.ToString(),
                ["differenceOverUsers"] = Entry(t.DifferenceOverUsers),
                ["verdictOverUsers"] = t.VerdictOverUsers.ToString(),
            }),
        }),
        ["seconds"] = report.Runs.Sum(r => r.Seconds),
    };

    private static Dictionary<string, object?> Entry(SeesawInterval interval) =>
        new() { ["mean"] = interval.Mean, ["lower"] = interval.Lower, ["upper"] = interval.Upper };

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
