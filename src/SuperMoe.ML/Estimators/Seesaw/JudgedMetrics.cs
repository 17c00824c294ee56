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
    /// <param name="checkAlive">Called before each group; throws to stop.</param>
    public static JudgedMetrics OfRanks(int[] ranks, int[] places, int users, Action checkAlive)
    {
        return new JudgedMetrics(TaskMetrics.OfRanks(ranks), UserGroups.Without(users, places, Measure));

        IReadOnlyDictionary<string, double> Measure(int[] kept)
        {
            checkAlive();
            return TaskMetrics.OfRanks(kept.Select(i => ranks[i]));
        }
    }

    /// <summary>Of another task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="scores">n × width scores of all users.</param>
    /// <param name="labels">n labels, NaN is missing.</param>
    /// <param name="checkAlive">Called before each group; throws to stop.</param>
    public static JudgedMetrics Of(SuperMoeTask task, ReadOnlyMemory<float> scores, float[] labels, Action checkAlive)
    {
        var width = scores.Length / labels.Length;
        float[] some = [];
        int[] places = [.. Enumerable.Range(0, labels.Length).Where(u => !float.IsNaN(labels[u]))];
        return new JudgedMetrics(TaskMetrics.Of(task, scores.Span, labels), UserGroups.Without(labels.Length, places, Measure));

        IReadOnlyDictionary<string, double> Measure(int[] kept)
        {
            checkAlive();
            if (some.Length < kept.Length * width) { some = new float[places.Length * width]; }
            for (var i = 0; i < kept.Length; i++) { scores.Span.Slice(places[kept[i]] * width, width).CopyTo(some.AsSpan(i * width)); }
            return TaskMetrics.Of(task, some.AsSpan(0, kept.Length * width), width, [.. kept.Select(i => labels[places[i]])]);
        }
    }
}
