namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The figures of all methods, by task.</summary>
internal sealed class Scoreboard
{
    /// <summary>The method that is judged.</summary>
    public const string Ours = "SuperMoe";

    private readonly Dictionary<string, Dictionary<string, Pool>> _pools = [];
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, double>>> _figures = [];

    /// <summary>Adds a user's prediction of a task with labels.</summary>
    /// <param name="task">The task.</param>
    /// <param name="method">Who predicts.</param>
    /// <param name="scores">One logit of yes, a probability for each class, or one number.</param>
    /// <param name="label">The class from 0, or the number.</param>
    /// <param name="isNumber">Whether the label is a number.</param>
    public void Add(string task, string method, ReadOnlySpan<float> scores, float label, bool isNumber = false)
    {
        if (!_pools.TryGetValue(task, out var methods)) { _pools[task] = methods = []; }
        if (!methods.TryGetValue(method, out var pool)) { methods[method] = pool = new Pool(isNumber ? Pool.Number : scores.Length); }
        pool.Add(scores, label);
    }

    /// <summary>Adds the figures of a method that are there already.</summary>
    public void Add(string task, string method, Dictionary<string, double> figures)
    {
        if (!_figures.TryGetValue(task, out var methods)) { _figures[task] = methods = []; }
        methods[method] = figures;
    }

    /// <summary>Figures by task, method and metric.</summary>
    public Dictionary<string, Dictionary<string, Dictionary<string, double>>> Figures()
    {
        foreach (var (task, methods) in _pools)
        {
            foreach (var (method, pool) in methods) { Add(task, method, pool.Metrics()); }
        }
        return _figures;
    }
}
