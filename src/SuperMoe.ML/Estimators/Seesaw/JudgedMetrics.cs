using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>What judging found of one task.</summary>
/// <param name="Whole">All metrics by name, over all users.</param>
/// <param name="WithoutGroup">The same without each of the <see cref="UserGroups"/>.</param>
internal sealed record JudgedMetrics(IReadOnlyDictionary<string, double> Whole, IReadOnlyList<IReadOnlyDictionary<string, double>> WithoutGroup)
{
    /// <summary>Of a next-item task.</summary>
    /// <param name="ranks">The targets' ranks, 0 is the best.</param>
    /// <param name="places">The places of their users among all.</param>
    /// <param name="users">The number of all users.</param>
    public static JudgedMetrics OfRanks(int[] ranks, int[] places, int users) =>
        new(TaskMetrics.OfRanks(ranks), UserGroups.Without(users, places, kept => TaskMetrics.OfRanks(kept.Select(i => ranks[i]))));

    /// <summary>Of another task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="scores">n × width scores of all users.</param>
    /// <param name="labels">n labels, NaN is missing.</param>
    public static JudgedMetrics Of(SuperMoeTask task, float[] scores, float[] labels)
    {
        var width = scores.Length / labels.Length;
        int[] places = [.. Enumerable.Range(0, labels.Length).Where(u => !float.IsNaN(labels[u]))];
        return new JudgedMetrics(TaskMetrics.Of(task, scores, labels), UserGroups.Without(labels.Length, places, Measure));

        IReadOnlyDictionary<string, double> Measure(int[] kept)
        {
            var some = new float[kept.Length * width];
            for (var i = 0; i < kept.Length; i++) { scores.AsSpan(places[kept[i]] * width, width).CopyTo(some.AsSpan(i * width)); }
            return TaskMetrics.Of(task, some, width, [.. kept.Select(i => labels[places[i]])]);
        }
    }
}
