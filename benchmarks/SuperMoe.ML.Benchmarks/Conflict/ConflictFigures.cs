namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>The qualities of one strength of conflict, by method, task and seed.</summary>
internal sealed class ConflictFigures(double level)
{
    /// <summary>The method of each task alone.</summary>
    public const string Alone = "Alone";

    /// <summary>What the ideal scores reach.</summary>
    public const string Ideal = "Ideal";

    /// <summary>A loss in percent that counts as harm.</summary>
    public const double Harm = 5;

    /// <summary>The loss in percent that the default strategy may have.</summary>
    public const double Tolerance = 1;

    /// <summary>The strategy that the library takes unless told otherwise.</summary>
    public static readonly string Default = new TrainingOptions().Balancing.ToString();

    private readonly Dictionary<string, Dictionary<string, List<double>>> _figures = [];

    /// <summary>The strength of conflict.</summary>
    public double Level => level;

    /// <summary>The methods, as they came.</summary>
    public IEnumerable<string> Methods => _figures.Keys;

    /// <summary>Adds what a method reached in a task with the next seed.</summary>
    public void Add(string method, string task, double quality)
    {
        if (!_figures.TryGetValue(method, out var tasks)) { _figures[method] = tasks = []; }
        if (!tasks.TryGetValue(task, out var seeds)) { tasks[task] = seeds = []; }
        seeds.Add(quality);
    }

    /// <summary>A quality for each seed.</summary>
    public IReadOnlyList<double> Of(string method, string task) => _figures[method][task];

    /// <summary>For each seed, by how many percent a method is better than the task alone.</summary>
    public IReadOnlyList<double> Changes(string method, string task) =>
        [.. Of(method, task).Zip(Of(Alone, task), (together, alone) => 100 * (together - alone) / alone)];

    /// <summary>The mean of <see cref="Changes"/>, with its 95% interval over seeds.</summary>
    public SeesawInterval Change(string method, string task) => SeesawInterval.Of(Changes(method, task), 0.95);

    /// <summary>Whether the plain sum harms a task.</summary>
    public bool PlainHarms(string task) => Change(nameof(TaskBalancing.Fixed), task).Mean <= -Harm;

    /// <summary>Whether the default strategy keeps a task within the tolerance; <see langword="null"/> if it was not run.</summary>
    public bool? Within(string task) => _figures.ContainsKey(Default) ? Change(Default, task).Mean >= -Tolerance : null;

    /// <summary>The task that loses most, or gains least, by a method.</summary>
    public string Harmed(string method, IEnumerable<string> tasks) => tasks.MinBy(task => Changes(method, task).Average())!;
}
