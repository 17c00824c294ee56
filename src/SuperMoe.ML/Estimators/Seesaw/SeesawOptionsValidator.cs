using System.Globalization;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Finds all mistakes in how to compare; the options to compare have been found right.</summary>
internal sealed class SeesawOptionsValidator
{
    private readonly SuperMoeOptions _options;
    private readonly SeesawOptions _seesaw;
    private readonly List<string> _mistakes = [];

    private SeesawOptionsValidator(SuperMoeOptions options, SeesawOptions seesaw) => (_options, _seesaw) = (options, seesaw);

    /// <summary>The mistakes; none is a good sign.</summary>
    public static IReadOnlyList<string> Validate(SuperMoeOptions options, SeesawOptions seesaw)
    {
        var validator = new SeesawOptionsValidator(options, seesaw);
        validator.CheckNumbers();
        validator.CheckTasks();
        validator.CheckMetrics();
        validator.CheckContestants();
        return validator._mistakes;
    }

    /// <summary>The mistakes in what a contestant made of its copy of the options.</summary>
    public static IEnumerable<string> Validate(SuperMoeOptions options, SeesawContestant contestant, SuperMoeOptions changed)
    {
        var mistakes = OptionsValidator.Validate(changed).ToList();
        if (mistakes.Count == 0)
        {
            if (Columns(options) != Columns(changed) || !ReferenceEquals(options.ItemAttributes, changed.ItemAttributes))
            {
                mistakes.Add("the columns that are read are others; a contestant reads those of the options.");
            }
            mistakes.AddRange(changed.Tasks.Where(t => !options.Tasks.Any(o => SameLabels(o, t)))
                .Select(t => $"the task '{t.Name}' is none of the options' tasks, by name, kind and columns; allowed are {Names(options)}."));
        }
        return mistakes.Select(m => $"Contestant '{contestant.Name}': {m}");
    }

    private static string Columns(SuperMoeOptions options) =>
        string.Join('\n', [options.ItemColumn, options.TimeColumn ?? "", options.ProfileColumn ?? "", options.ValidationColumn ?? "", .. options.SequenceColumns]);

    private static bool SameLabels(SuperMoeTask a, SuperMoeTask b) =>
        a.Name == b.Name && a.GetType() == b.GetType() && (a as LabeledTask)?.LabelColumn == (b as LabeledTask)?.LabelColumn
        && (a as BinaryTask)?.CandidateColumn == (b as BinaryTask)?.CandidateColumn;

    private static string Names(SuperMoeOptions options) => string.Join(", ", options.Tasks.Select(t => $"'{t.Name}'"));

    private void Check(bool right, FormattableString mistake)
    {
        if (!right) { _mistakes.Add(mistake.ToString(CultureInfo.InvariantCulture)); }
    }

    private void CheckNumbers()
    {
        var seeds = _seesaw.Seeds ?? [];
        Check(seeds.Count > 0, $"Seeds is empty; at least one seed is required, and two or more for intervals.");
        foreach (var twice in seeds.GroupBy(s => s).Where(g => g.Count() > 1)) { _mistakes.Add($"Seeds has {twice.Key} more than once."); }
        Check(_seesaw.TestFraction is > 0 and <= 0.9, $"TestFraction is {_seesaw.TestFraction}; allowed is 0 (exclusive) to 0.9.");
        Check(_seesaw.Confidence is >= 0.5 and <= 0.9999, $"Confidence is {_seesaw.Confidence}; allowed is 0.5 to 0.9999.");
        Check(_seesaw.Folder is not "", $"Folder is ''; allowed is a path, or null to keep nothing.");
    }

    private void CheckTasks()
    {
        Check(_options.Tasks.Count > 1, $"There is only the task {Names(_options)}; a comparison needs at least two that are trained together.");
        if (_seesaw.Tasks is not { } tasks) { return; }
        Check(tasks.Count > 0, $"Tasks is empty; allowed are names of tasks, or null for all.");
        foreach (var task in tasks.Where(t => !_options.Tasks.Any(o => o.Name == t)))
        {
            _mistakes.Add($"Tasks has '{task}', which is no task; allowed are {Names(_options)}.");
        }
    }

    private void CheckMetrics()
    {
        foreach (var (name, metric) in _seesaw.Metrics ?? new Dictionary<string, string>())
        {
            if (_options.Tasks.FirstOrDefault(t => t.Name == name) is not { } task)
            {
                _mistakes.Add($"Metrics has '{name}', which is no task; allowed are {Names(_options)}.");
                continue;
            }
            var names = TaskMetrics.Names(task);
            Check(names.Contains(metric), $"Metrics has '{metric}' for the task '{name}'; allowed are {string.Join(", ", names)}.");
        }
        Check(_seesaw.Metrics is not null, $"Metrics is null; leave it empty for the usual ones.");
    }

    private void CheckContestants()
    {
        Check(_seesaw.Contestants is not null, $"Contestants is null; leave it empty for none.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { SeesawReport.Joint, SeesawReport.Alone };
        foreach (var contestant in _seesaw.Contestants ?? [])
        {
            Check(!string.IsNullOrWhiteSpace(contestant?.Name), $"Contestants has one without a name; a name is required.");
            if (string.IsNullOrWhiteSpace(contestant?.Name)) { continue; }
            Check(contestant.Change is not null, $"Contestant '{contestant.Name}' has no change of options; it is required.");
            Check(names.Add(contestant.Name), $"Contestants has the name '{contestant.Name}', which is taken; names are unique, and Joint and Alone are taken.");
        }
    }
}
