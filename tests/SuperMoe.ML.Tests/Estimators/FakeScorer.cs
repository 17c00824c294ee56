using System.Collections.Concurrent;
using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Persistence;
using SuperMoe.ML.Tasks;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>Scores by simple sums over a user's events, so that every output tells which user it belongs to; counts what it is asked for.</summary>
internal sealed class FakeScorer(ModelDescription model) : IBatchScorer
{
    /// <summary>Called before a batch is scored, with the number of batches before it.</summary>
    public Action<int>? OnScore { get; set; }

    public ConcurrentQueue<(int Users, ScoreRequest Request)> Calls { get; } = new();

    public bool Disposed { get; private set; }

    public ItemAttributesDocument? ItemAttributes => null;


    /// <summary>What a user's outputs are made of.</summary>
    public static float Sum(BehaviorDataset users, int user)
    {
        var sum = 0f;
        for (var e = users.Offsets[user]; e < users.Offsets[user + 1]; e++)
        {
            sum += users.Items[e] + (users.Times is null ? 0 : (float)(users.Times[e] % 97));
        }
        return sum + (users.Profiles.Length > 0 ? users.Profiles[user] : 0);
    }

    public BatchScores Score(BehaviorDataset users, ScoreRequest request)
    {
        var before = Calls.Count;
        Calls.Enqueue((users.Count, request));
        OnScore?.Invoke(before);
        var size = model.Options.Model.EmbeddingSize;
        return new BatchScores
        {
            Embedding = request.Embedding ? [.. All(users, size, (u, d) => Sum(users, u) + d)] : [],
            Tasks = [.. request.Tasks.Select((asked, t) => asked ? Task(users, t) : null)],
        };
    }

    // What a reader still reads after it gave it back shows as NaN.
    public void Return(BatchScores scores)
    {
        scores.Embedding.AsSpan().Fill(float.NaN);
        foreach (var task in scores.Tasks) { task?.Scores.AsSpan().Fill(float.NaN); }
    }

    public int[] RankNextItem(BehaviorDataset users, int[] targets) => [.. targets.Select((t, u) => t - 1 + users.Length(u))];

    public (double Mean, double StandardDeviation) LabelScale(int task) => (0, 1);

    public int WideItems(int task) => 0;

    public (IBatchScorer Scorer, FitTaskReport Report) FitTask(AddedTaskJob job) => throw new NotSupportedException();

    public void Save(Stream stream) => throw new NotSupportedException();

    public void Dispose() => Disposed = true;

    private static IEnumerable<float> All(BehaviorDataset users, int width, Func<int, int, float> value) =>
        Enumerable.Range(0, users.Count).SelectMany(u => Enumerable.Range(0, width).Select(i => value(u, i)));

    private TaskScores Task(BehaviorDataset users, int task)
    {
        var candidates = users.Candidates.Length > 0 ? users.Candidates[task] : null;
        var width = model.Options.Tasks[task] switch
        {
            NextItemTask next => next.TopK,
            MulticlassTask => model.Labels[task]!.Classes,
            _ => 1,
        };
        var scores = All(users, width, (u, i) => (Sum(users, u) % 5) - 2 + i + (candidates?[u] ?? 0)).ToArray();
        return new TaskScores
        {
            Scores = scores,
            Width = width,
            Items = model.Options.Tasks[task] is NextItemTask
                ? [.. All(users, width, (u, i) => (int)Sum(users, u) % 9 + i + 1).Select(i => (int)i)]
                : [],
        };
    }
}
