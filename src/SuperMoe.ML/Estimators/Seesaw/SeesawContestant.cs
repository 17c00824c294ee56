namespace SuperMoe.ML;

/// <summary>Another way to train tasks together: the options with something changed.</summary>
/// <param name="name">The name in the report, unique; <c>Joint</c> and <c>Alone</c> are taken.</param>
/// <param name="change">
/// Changes a copy of the options: the architecture, the training, tasks' own options, and which tasks there are. Columns stay, and no task is added.
/// </param>
public sealed class SeesawContestant(string name, Action<SuperMoeOptions> change)
{
    /// <summary>Gets the name in the report.</summary>
    public string Name { get; } = name;

    /// <summary>Gets what changes a copy of the options.</summary>
    public Action<SuperMoeOptions> Change { get; } = change;
}
