namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The figures of all methods, by task.</summary>
internal sealed class Scoreboard
{
    /// <summary>The method that is judged.</summary>
    public const string Ours = "SuperMoe";

    private readonly Dictionary<string, Dictionary<string, IPool>> _pools = [];
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, double>>> _figures = [];

    /// <summary>Adds a user's prediction of a task with labels.</summary>
    /// <param name="task">The task.</param>
    /// <param name="method">Who predicts.</param>
    /// <param name="scores">One logit of yes, a probability for each class, or one number.</param>
    /// <param name="label">The class from 0, or the number.</param>
    /// <param name="isNumber">Whether the label is a number.</param>
    /// <param name="place">The user's place among all that are judged; <see langword="null"/> for the next.</param>
    public void Add(string task, string method, ReadOnlySpan<float> scores, float label, bool isNumber = false, int? place = null)
    {
        var width = isNumber ? Pool.Number : scores.Length;
        Of(task, method, () => new Pool(width)).Add(scores, label, place);
    }

    /// <summary>Adds a user's next item.</summary>
    /// <param name="method">Who predicts.</param>
    /// <param name="rank">The item's rank, 0 is the best.</param>
    /// <param name="place">The user's place among all that are judged.</param>
    /// <param name="cutoffs">The lengths of lists.</param>
    public void AddRank(string method, int rank, int place, int[] cutoffs) =>
        Of(TaskNames.NextItem, method, () => new RankPool(cutoffs)).Add(rank, place);

    /// <summary>Adds the figures of a method that are there already.</summary>
    public void Add(string task, string method, Dictionary<string, double> figures)
    {
        if (!_figures.TryGetValue(task, out var methods)) { _figures[task] = methods = []; }
        methods[method] = figures;
    }

    /// <summary>By task, the figures of a method's predictions without each group of users.</summary>
    /// <param name="method">The method.</param>
    /// <param name="users">The number of users that are judged, those without a label included.</param>
    public Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, double>>> WithoutGroup(string method, int users) =>
        _pools.Where(p => p.Value.ContainsKey(method))
            .ToDictionary(p => p.Key, p => (IReadOnlyList<IReadOnlyDictionary<string, double>>)p.Value[method].WithoutGroup(users));

    /// <summary>Figures by task, method and metric.</summary>
    public Dictionary<string, Dictionary<string, Dictionary<string, double>>> Figures()
    {
        foreach (var (task, methods) in _pools)
        {
            foreach (var (method, pool) in methods) { Add(task, method, pool.Metrics()); }
        }
        return _figures;
    }

    private TPool Of<TPool>(string task, string method, Func<TPool> create)
        where TPool : IPool
    {
        if (!_pools.TryGetValue(task, out var methods)) { _pools[task] = methods = []; }
        if (!methods.TryGetValue(method, out var pool)) { methods[method] = pool = create(); }
        return (TPool)pool;
    }
}
