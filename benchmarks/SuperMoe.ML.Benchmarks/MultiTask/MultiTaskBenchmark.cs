using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Trains several tasks at once, or some of them, with one seed or several, beside simpler methods.</summary>
internal sealed class MultiTaskBenchmark(Recipe recipe, MultiTaskSettings settings, TextWriter output)
{
    private static readonly int[] s_cutoffs = [5, 10];

    private readonly SeedFigures _figures = new();
    private readonly List<TrainingReport> _reports = [];

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    /// <exception cref="TaskNameException">A task is not of the data.</exception>
    public void Run(string folder)
    {
        var protocol = MultiTaskProtocols.Open(folder, settings);
        var tasks = recipe.Tasks(protocol, settings.Tasks);
        foreach (var line in protocol.About) { Say($"{line}"); }
        Say($"Together: {string.Join(", ", tasks.Select(t => t.Name))}; gradients by {recipe.Balancing}.");
        Say($"At most {recipe.Epochs} epochs a fold, {recipe.Minutes} minutes over all folds of a seed; {settings.Validation:0.##} of rows validate the labels.");
        for (var s = 0; s < settings.Seeds; s++)
        {
            var board = new Scoreboard();
            _reports.AddRange(new MultiTaskRun(protocol, tasks, recipe with { Seed = recipe.Seed + s }, settings, board, output).Run(s_cutoffs));
            if (s == 0 && settings.Baselines) { RunBaselines(protocol, tasks, board); }
            _figures.Add(board);
        }
        ExpertLines.Write(output, _reports[^1]);
        if (settings.Seeds > 1) { Say($"Means ± standard deviations over {settings.Seeds} seeds; simpler methods are run once."); }
        _figures.Write(output);
        output.WriteLine(JsonLine.Of("multitask", recipe.Seed, new { recipe, settings }, Results(folder, protocol)));
    }

    private void RunBaselines(IMultiTaskProtocol protocol, IReadOnlyList<SuperMoeTask> tasks, Scoreboard board)
    {
        Say($"Baselines.");
        protocol.Baselines(new MLContext(recipe.Seed), recipe.Seed, tasks.Select(t => t.Name).ToHashSet(), s_cutoffs, board);
    }

    private Dictionary<string, object?> Results(string folder, IMultiTaskProtocol protocol)
    {
        var results = new Dictionary<string, object?> { ["data"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) };
        foreach (var (name, value) in protocol.Facts) { results[name] = value; }
        results["tasks"] = _figures.Means();
        results["deviations"] = _figures.Deviations();
        results["seedFigures"] = _figures.Ours();
        results["bestEpochs"] = _reports.Select(r => r.BestEpoch).ToArray();
        results["epochs"] = _reports.Select(r => r.Epochs.Count).ToArray();
        results["trainingSeconds"] = _reports.Sum(r => r.Seconds);
        results["foldTrainingSeconds"] = _reports.Select(r => r.Seconds).ToArray();
        results["paddingShare"] = _reports.SelectMany(r => r.Epochs).Select(e => e.PaddingShare).DefaultIfEmpty(double.NaN).Average();
        results["parameters"] = _reports[^1].Parameters;
        return results;
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
