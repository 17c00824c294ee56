using System.Globalization;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The figures of all methods by task, over several seeds. A method may have been run with one seed only.</summary>
internal sealed class SeedFigures
{
    private readonly List<Dictionary<string, Dictionary<string, Dictionary<string, double>>>> _seeds = [];

    /// <summary>Adds a seed's figures, each pooled over its folds.</summary>
    public void Add(Scoreboard board) => _seeds.Add(board.Figures());

    /// <summary>Figures of the method that is judged, for each seed by task and metric.</summary>
    public IEnumerable<Dictionary<string, Dictionary<string, double>>> Ours() =>
        _seeds.Select(seed => seed.Where(task => task.Value.ContainsKey(Scoreboard.Ours)).ToDictionary(task => task.Key, task => task.Value[Scoreboard.Ours]));

    /// <summary>Means over seeds by task, method and metric.</summary>
    public Dictionary<string, Dictionary<string, Dictionary<string, double>>> Means() => Over(values => values.Average());

    /// <summary>Standard deviations over seeds by task, method and metric; NaN of one seed.</summary>
    public Dictionary<string, Dictionary<string, Dictionary<string, double>>> Deviations() => Over(Deviation);

    /// <summary>Writes a table a task.</summary>
    public void Write(TextWriter output)
    {
        var deviations = Deviations();
        foreach (var (task, methods) in Means())
        {
            var metrics = methods.Values.First().Keys;
            var table = new TextTable([task, .. metrics]);
            foreach (var (method, figures) in methods.OrderBy(m => m.Key != Scoreboard.Ours)) // ours first, then as they came
            {
                table.Add([method, .. metrics.Select(m => Cell(figures[m], deviations[task][method][m]))]);
            }
            output.WriteLine();
            table.Write(output);
        }
        output.WriteLine();
    }

    private static string Cell(double mean, double deviation) => double.IsNaN(deviation)
        ? mean.ToString("0.0000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{mean:0.0000} ± {deviation:0.0000}");

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return values.Length > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)) : double.NaN;
    }

    private Dictionary<string, Dictionary<string, Dictionary<string, double>>> Over(Func<double[], double> summary) =>
        _seeds.SelectMany(seed => seed.SelectMany(task => task.Value.SelectMany(method => method.Value.Select(metric =>
                (Task: task.Key, Method: method.Key, Metric: metric.Key, metric.Value)))))
            .GroupBy(f => f.Task)
            .ToDictionary(task => task.Key, task => task.GroupBy(f => f.Method)
                .ToDictionary(method => method.Key, method => method.GroupBy(f => f.Metric)
                    .ToDictionary(metric => metric.Key, metric => summary([.. metric.Select(f => f.Value)]))));
}
