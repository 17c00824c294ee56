using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>Trains on a file of sequences and judges the model by the leave-one-out protocol.</summary>
internal sealed class SequenceBenchmark(Recipe recipe, TextWriter output)
{
    private static readonly int[] s_cutoffs = [5, 10];

    private readonly MLContext _ml = recipe.Context();

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <param name="path">The sequences.</param>
    /// <param name="attributesPath">The items' attributes; <see langword="null"/> for none.</param>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    public void Run(string path, string? attributesPath)
    {
        var file = SequenceFile.Read(path);
        var attributes = attributesPath is null ? null : ItemAttributesFile.Read(_ml, attributesPath);
        var items = file.Items().Length;
        Say($"{path}: {file.Users.Count} users, {items} items, {file.Events} events.");
        Say($"Each user's last item is the test target, the one before it the validation target; all {items} items are ranked, less the user's own.");
        var users = LeaveOneOut.Users(_ml, file);
        Say($"Training for at most {recipe.Epochs} epochs or {recipe.Minutes} minutes; an epoch's validation is over all users.");
        var chain = Pipeline(file, attributes).Fit(users);
        using var model = chain.FindSuperMoe()!;
        var report = model.Report!;
        Say($"Trained {report.Parameters} weights in {report.Seconds:0.0} s; the best of {report.Epochs.Count} epochs is {report.BestEpoch}.");
        ExpertLines.Write(output, report);

        var clock = Stopwatch.StartNew();
        var test = _ml.Ranking.EvaluateNextItem(chain, users, LeaveOneOut.Target, s_cutoffs);
        var seconds = clock.Elapsed.TotalSeconds;
        var metrics = MetricNames.Of(test);
        var figures = metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:0.0000}"));
        Say($"Test, {test.Users} users, {seconds:0.0} s: {string.Join(", ", figures)}");
        output.WriteLine(JsonLine.Of("sequence", recipe.Seed, recipe, Results(path, attributesPath, file, items, report, metrics, seconds)));
    }

    private EstimatorChain<SuperMoeTransformer> Pipeline(SequenceFile file, IDataView? attributes) =>
        LeaveOneOut.Keys(_ml, file).Append(_ml.Transforms.SuperMoe(new SuperMoeOptions
        {
            ItemColumn = LeaveOneOut.Item,
            ItemAttributes = attributes,
            Tasks = [recipe.NextItem()],
            Model = recipe.Model(),
            Training = recipe.Training(TimeSpan.FromMinutes(recipe.Minutes), new EpochLines(output)),
        }));

    private static Dictionary<string, object?> Results(
        string path, string? attributesPath, SequenceFile file, int items, TrainingReport report, Dictionary<string, double> metrics, double testSeconds)
    {
        var best = report.BestEpoch > 0 ? report.Epochs[report.BestEpoch - 1] : null;
        return new Dictionary<string, object?>
        {
            ["data"] = Path.GetFileName(path),
            ["attributes"] = Path.GetFileName(attributesPath),
            ["users"] = file.Users.Count,
            ["items"] = items,
            ["events"] = file.Events,
            ["test"] = metrics,
            ["validation"] = best?.Tasks["NextItem"].Metrics,
            ["epochs"] = report.Epochs.Count,
            ["bestEpoch"] = report.BestEpoch,
            ["stoppedEarly"] = report.StoppedEarly,
            ["trainingSeconds"] = report.Seconds,
            ["testSeconds"] = testSeconds,
            ["eventsPerSecond"] = report.Epochs.Select(e => e.EventsPerSecond).Order().ElementAtOrDefault(report.Epochs.Count / 2),
            ["paddingShare"] = report.Epochs.Count > 0 ? report.Epochs.Average(e => e.PaddingShare) : null,
            ["parameters"] = report.Parameters,
        };
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
