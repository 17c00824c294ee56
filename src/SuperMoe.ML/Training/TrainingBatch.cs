using TorchSharp;

namespace SuperMoe.ML.Training;

/// <summary>A batch of users with its labels, packed in shards of like size, which may be computed side by side.</summary>
/// <param name="tasks">The number of tasks.</param>
/// <param name="shards">The most shards.</param>
internal sealed class TrainingBatch(int tasks, int shards = 1)
{
    private const int ShardTokens = 512; // fewer are not worth a thread's own gradients
    private const int MostShards = 4;

    private readonly BatchShard[] _shards = [.. Enumerable.Range(0, shards).Select(_ => new BatchShard(tasks))];
    private int _count;

    /// <summary>The parts of the batch, each of whole users.</summary>
    public ReadOnlySpan<BatchShard> Shards => _shards.AsSpan(0, _count);

    /// <summary>The number of input events.</summary>
    public long Events { get; private set; }

    /// <summary>The same with padding.</summary>
    public long Places { get; private set; }

    /// <summary>How many shards batches have, from their size and not from the machine, so that its number of threads does not decide what training computes.</summary>
    /// <remarks>Only a processor's threads gain by them.</remarks>
    public static int ShardsOf(TrainingRequest request) =>
        request.Device.type == DeviceType.CPU ? Math.Clamp(request.Training.BatchTokens / ShardTokens, 1, MostShards) : 1;

    /// <summary>Packs the training inputs of <paramref name="users"/> and the labels of <paramref name="tasks"/>.</summary>
    public void Fill(ReadOnlySpan<int> users, BatchBuilder input, LabelBuilder labels, IReadOnlyList<SuperMoeTask> tasks, UserSplit split)
    {
        (_count, Events, Places) = (0, 0, 0);
        long all = 0;
        foreach (var user in users) { all += split.TrainingInputLength(user); }
        long events = 0;
        for (int start = 0, end = 0; start < users.Length; start = end)
        {
            var share = all * (_count + 1) / _shards.Length; // up to here it is this shard's and the earlier ones'
            do { events += split.TrainingInputLength(users[end++]); }
            while (end < users.Length && (_count == _shards.Length - 1 || events + (split.TrainingInputLength(users[end]) / 2) < share));
            var shard = _shards[_count++];
            shard.Fill(users[start..end], input, labels, tasks, split);
            Events += shard.Input.Events;
            Places += shard.Input.Places;
        }
    }
}
