using System.Globalization;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>The AUCs of all methods and runs, by share of the labels.</summary>
internal sealed class ShareResults
{
    private readonly SortedDictionary<double, Dictionary<string, List<double>>> _values = [];
    private readonly Dictionary<double, List<double>> _labels = [];

    /// <summary>Says how many labels a share was in a run.</summary>
    public void AddLabels(double share, int labels)
    {
        if (!_labels.TryGetValue(share, out var all)) { _labels[share] = all = []; }
        all.Add(labels);
    }

    /// <summary>Adds a run's predictions of the test users.</summary>
    /// <returns>The AUC.</returns>
    public double Add(double share, string method, IReadOnlyList<float> logits, IReadOnlyList<MovieUser> users)
    {
        var pool = new Pool(1);
        for (var u = 0; u < users.Count; u++) { pool.Add([logits[u]], users[u].IsMale ? 1 : 0); }
        if (!_values.TryGetValue(share, out var methods)) { _values[share] = methods = []; }
        if (!methods.TryGetValue(method, out var runs)) { methods[method] = runs = []; }
        runs.Add(pool.Metrics()["AUC"]);
        return runs[^1];
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
                ["mean"] = m.Value.Average(),
                ["deviation"] = Deviation(m.Value),
                ["runs"] = m.Value,
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
                .. methods.Select(m => string.Create(CultureInfo.InvariantCulture, $"{values[m].Average():0.000} ± {Deviation(values[m]):0.000}"))]);
        }
        output.WriteLine();
        table.Write(output);
        output.WriteLine();
    }

    // Of a sample; 0 for one run.
    private static double Deviation(List<double> runs)
    {
        var mean = runs.Average();
        return runs.Count > 1 ? Math.Sqrt(runs.Sum(r => (r - mean) * (r - mean)) / (runs.Count - 1)) : 0;
    }
}
