using Microsoft.ML;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>The users of a comparison, in memory.</summary>
/// <param name="Schema">The schema of the view that the training users come from.</param>
/// <param name="Tasks">The tasks that labels were read for.</param>
/// <param name="Training">The users to train on.</param>
/// <param name="Test">The users to judge on.</param>
/// <param name="Fingerprint">A hash of all of it, and of the items' attributes.</param>
internal sealed record SeesawData(
    DataViewSchema Schema, IReadOnlyList<SuperMoeTask> Tasks, BehaviorDataset Training, SeesawTest Test, string Fingerprint)
{
    /// <summary>The training users, with the labels of some tasks in the order given.</summary>
    public BehaviorDataset TrainingFor(IEnumerable<SuperMoeTask> tasks) => UserSubset.ForTasks(Training, Places(tasks));

    /// <summary>The test users, with the labels of some tasks in the order given.</summary>
    public BehaviorDataset TestFor(IEnumerable<SuperMoeTask> tasks) => UserSubset.ForTasks(Test.Users, Places(tasks));

    /// <summary>The test users of the next-item task.</summary>
    public BehaviorDataset NextFor(IEnumerable<SuperMoeTask> tasks) => UserSubset.ForTasks(Test.Next, Places(tasks));

    private int[] Places(IEnumerable<SuperMoeTask> tasks)
    {
        var names = Tasks.Select(t => t.Name).ToList();
        return [.. tasks.Select(t => names.IndexOf(t.Name))];
    }
}
