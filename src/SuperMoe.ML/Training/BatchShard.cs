using SuperMoe.ML.Data;

namespace SuperMoe.ML.Training;

/// <summary>A part of a batch: some of its users with their labels, packed.</summary>
/// <param name="tasks">The number of tasks.</param>
internal sealed class BatchShard(int tasks)
{
    private readonly GrowableArray<int> _lengths = new();

    /// <summary>The users' events.</summary>
    public PackedBatch Input { get; } = new();

    /// <summary>Per task: the labels that are present.</summary>
    public PackedLabels[] Labels { get; } = [.. Enumerable.Range(0, tasks).Select(_ => new PackedLabels())];

    /// <summary>Packs the training inputs of <paramref name="users"/> and the labels of <paramref name="tasks"/>.</summary>
    public void Fill(ReadOnlySpan<int> users, BatchBuilder input, LabelBuilder labels, IReadOnlyList<SuperMoeTask> tasks, UserSplit split)
    {
        _lengths.Clear();
        var lengths = _lengths.Grow(users.Length);
        for (var b = 0; b < users.Length; b++) { lengths[b] = split.TrainingInputLength(users[b]); }
        input.Pack(users, lengths, Input);
        for (var t = 0; t < tasks.Count; t++)
        {
            if (tasks[t] is NextItemTask next) { labels.NextItems(users, next.LeavesOwnOut, Labels[t]); }
            else { labels.Labels(t, users, Labels[t]); }
        }
    }
}
