using System.Globalization;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>The AUCs of all methods, runs and folds, by share of the labels. A run's figure is the mean of its folds: scores of several models are not compared with each other.</summary>
internal sealed class ShareResults
{
    private readonly SortedDictionary<double, Dictionary<string, Dictionary<LabelRun, List<double>>>> _values = [];
    private readonly Dictionary<double, List<double>> _labels = [];

    /// <summary>Says how many labels a share was.</summary>
    public void AddLabels(double share, int labels)
    {
        if (!_labels.TryGetValue(share, out var all)) { _labels[share] = all = []; }
        all.Add(labels);
    }

    /// <summary>Adds a model's predictions of the users of a fold.</summary>
    /// <returns>The AUC.</returns>
    public double Add(double share, string method, LabelRun run, IReadOnlyList<float> logits, IReadOnlyList<MovieUser> users)
    {
        var pool = new Pool(1);
        for (var u = 0; u < users.Count; u++) { pool.Add([logits[u]], users[u].IsMale ? 1 : 0); }
        if (!_values.TryGetValue(share, out var methods)) { _values[share] = methods = []; }
        if (!methods.TryGetValue(method, out var runs)) { methods[method] = runs = []; }
        if (!runs.TryGetValue(run, out var folds)) { runs[run] = folds = []; }
        folds.Add(pool.Metrics()["AUC"]);
        return folds[^1];
    }

    /// <summary>For the JSON object: by share, the labels and by method the mean, the standard deviation over runs and the runs.</summary>
    public List<Dictionary<string, object?>> Figures() =>
    [
        .. _values.Select(s => new Dictionary<string, object?>
        {
            ["share"] = s.Key,
            ["labels"] = _labels[s.Key].Average(),
            ["auc"] = s.Value.ToDictionary(m => m.Key, m => (object?)new Dictionary<string, object?>
            {
                ["mean"] = Runs(m.Value).Average(),
                ["deviation"] = Deviation(Runs(m.Value)),
                ["runs"] = Runs(m.Value),
            }),
        }),
    ];

    /// <summary>Writes a table.</summary>
    public void Write(TextWriter output)
    {
        string[] methods = [.. _values.Values.First().Keys];
        var table = new TextTable(["labels", .. methods]);
        foreach (var (share, values) in _values)
        {
            table.Add([
                string.Create(CultureInfo.InvariantCulture, $"{share:0.##%} ({_labels[share].Average():0})"),
                .. methods.Select(m => Runs(values[m])).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Average():0.000} ± {Deviation(s):0.000}"))]);
        }
        output.WriteLine();
        table.Write(output);
        output.WriteLine();
    }

    private static List<double> Runs(Dictionary<LabelRun, List<double>> folds) => [.. folds.Values.Select(f => f.Average())];

    // Of a sample; 0 for one run.
    private static double Deviation(List<double> runs)
    {
        var mean = runs.Average();
        return runs.Count > 1 ? Math.Sqrt(runs.Sum(r => (r - mean) * (r - mean)) / (runs.Count - 1)) : 0;
    }
}
