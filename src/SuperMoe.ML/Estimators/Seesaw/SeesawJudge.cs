using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Measures a trained model's tasks on the held-out users.</summary>
/// <param name="scorer">The model.</param>
/// <param name="options">Its options.</param>
/// <param name="data">The users.</param>
/// <param name="checkAlive">Called between batches; throws to stop.</param>
internal sealed class SeesawJudge(IBatchScorer scorer, SuperMoeOptions options, SeesawData data, Action checkAlive)
{
    /// <summary>By task.</summary>
    public Dictionary<string, JudgedMetrics> Measure()
    {
        var scores = Scores();
        var users = data.TestFor(options.Tasks);
        var judged = new Dictionary<string, JudgedMetrics>();
        for (var t = 0; t < options.Tasks.Count; t++)
        {
            var task = options.Tasks[t];
            judged[task.Name] = task is NextItemTask
                ? JudgedMetrics.OfRanks([.. Ranks()], data.Test.NextPlaces, users.Count, checkAlive)
                : JudgedMetrics.Of(task, scores[t].Memory, users.Labels[t]!.AsSpan(0, users.Count).ToArray(), checkAlive);
        }
        return judged;
    }

    private GrowableArray<float>[] Scores()
    {
        var scores = options.Tasks.Select(_ => new GrowableArray<float>()).ToArray();
        var request = new ScoreRequest(Embedding: false, [.. options.Tasks.Select(t => t is LabeledTask)]);
        if (!request.Tasks.Contains(true)) { return scores; }
        foreach (var (_, batch) in Batches(data.TestFor(options.Tasks)))
        {
            var result = scorer.Score(batch, request);
            for (var t = 0; t < scores.Length; t++)
            {
                if (result.Tasks[t] is not { } task) { continue; }
                var count = batch.Count * task.Width;
                task.Scores.AsSpan(0, count).CopyTo(scores[t].Grow(count));
            }
            scorer.Return(result);
        }
        return scores;
    }

    private IEnumerable<int> Ranks() =>
        Batches(data.NextFor(options.Tasks)).SelectMany(b => scorer.RankNextItem(b.Users, [.. b.Places.Select(p => data.Test.Targets[p])]));

    private IEnumerable<(int[] Places, BehaviorDataset Users)> Batches(BehaviorDataset users)
    {
        foreach (var places in Enumerable.Range(0, users.Count).Chunk(options.ScoringBatchSize))
        {
            checkAlive();
            yield return (places, UserSubset.Of(users, places));
        }
    }
}
