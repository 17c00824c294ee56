using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>What one shard of a batch computes with.</summary>
/// <param name="Index">Which shard of its batch it is.</param>
/// <param name="Input">The users' events.</param>
/// <param name="Labels">Per task: the labels that are present; <see langword="null"/> for none.</param>
/// <param name="TaskShares">Per task: the share of the terms of its mean loss that are of this shard.</param>
/// <param name="Amounts">Per task: how many labels the batch has, in times of the mean batch.</param>
/// <param name="TokenShare">The share of the batch's tokens that are of this shard.</param>
internal sealed record ShardInput(int Index, SequenceInput Input, TaskLabels?[] Labels, double[] TaskShares, double[] Amounts, double TokenShare)
{
    /// <summary>The shards of a batch that have labels.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="model">The model.</param>
    /// <param name="request">The data and the device.</param>
    /// <param name="usual">Per task: the labels of the mean batch; NaN for a task of which all batches count alike. <see langword="null"/> for none else.</param>
    public static List<ShardInput> Of(TrainingBatch batch, MultiTaskModel model, TrainingRequest request, double[]? usual = null)
    {
        var labels = new List<TaskLabels?[]>();
        foreach (var shard in batch.Shards)
        {
            labels.Add([.. shard.Labels.Select((l, t) => l.ToLabels(model.Heads[t] is NextItemHead, request.Device))]);
        }
        double[] terms = [.. model.Heads.Select((_, t) => (double)labels.Sum(l => l[t]?.Terms ?? 0))];
        double[] amounts = [.. terms.Select((n, t) => usual?[t] is > 0 and var mean ? n / mean : 1)];
        double tokens = Enumerable.Range(0, labels.Count).Sum(s => Tokens(batch.Shards[s]));
        var shards = new List<ShardInput>();
        for (var s = 0; s < labels.Count; s++)
        {
            var own = labels[s];
            if (own.All(l => l is null)) { continue; }
            double[] shares = [.. own.Select((l, t) => l is null ? 0 : l.Terms / terms[t])];
            shards.Add(new ShardInput(s, batch.Shards[s].Input.ToInput(request.Data.Schema, request.Device), own, shares, amounts, Tokens(batch.Shards[s]) / tokens));
        }
        return shards;
    }

    /// <summary>All items that the shard looks up.</summary>
    public IEnumerable<Tensor> Items(MultiTaskModel model)
    {
        yield return Input.Items;
        for (var t = 0; t < Labels.Length; t++)
        {
            if (Labels[t] is not { } present) { continue; }
            if (model.Heads[t] is NextItemHead) { yield return present.Values; }
            if (present.Ends is { } ends) { yield return ends.Items; }
            if (present.BatchItems is { } batch) { yield return batch; }
            if (present.Negatives is { } negatives) { yield return negatives; }
            if (present.Candidates is { } candidates) { yield return candidates; }
        }
    }

    // Events, and an indicator for each user.
    private static long Tokens(BatchShard shard) => shard.Input.Events + shard.Input.Users;
}
