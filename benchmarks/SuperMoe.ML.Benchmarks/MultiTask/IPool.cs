using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>What a method said of a task's users, to take metrics of.</summary>
internal interface IPool
{
    /// <summary>The metrics over all users.</summary>
    Dictionary<string, double> Metrics();

    /// <summary>The metrics without each of the <see cref="UserGroups"/>.</summary>
    /// <param name="users">The number of users that are judged, those without a label included.</param>
    Dictionary<string, double>[] WithoutGroup(int users);
}
