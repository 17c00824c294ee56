using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class ModelScorerTests : IDisposable
{
    private static readonly ScoreRequest s_all = new(true, [true, true, true, true, true]);

    // Of a whole call with one batch, whatever its users: between 13,400 and 16,300 when this was written.
    private const long BytesOfBatch = 20_000;

    private readonly TrainingRequest _request = TinyShop.Request(TinyShop.AllTasks);
    private readonly ModelScorer _scorer;

    public ModelScorerTests() => _scorer = new ModelScorer(
        Trainer.Train(_request).Model, new SuperMoeOptions { Model = _request.Model }, null, _request.Device);

    public void Dispose() => _scorer.Dispose();

    [Fact]
    public void Scores_of_a_user_do_not_depend_on_the_batch_nor_on_what_else_is_asked_for()
    {
        var data = _request.Data;
        var all = _scorer.Score(data, s_all);
        for (var task = 0; task < 5; task++)
        {
            var only = _scorer.Score(data, new ScoreRequest(false, [.. Enumerable.Range(0, 5).Select(t => t == task)]));
            Assert.Empty(only.Embedding);
            Assert.All(Enumerable.Range(0, 5).Where(t => t != task), t => Assert.Null(only.Tasks[t]));
            Close(all.Tasks[task]!.Scores, only.Tasks[task]!.Scores);
        }
        Close(all.Embedding, _scorer.Score(data, new ScoreRequest(true, new bool[5])).Embedding);

        for (var user = 0; user < data.Count; user++)
        {
            var alone = _scorer.Score(One(user), s_all);
            Close(all.Embedding.AsSpan(user * 32, 32), alone.Embedding);
            for (var t = 0; t < 5; t++)
            {
                var width = all.Tasks[t]!.Width;
                Close(all.Tasks[t]!.Scores.AsSpan(user * width, width), alone.Tasks[t]!.Scores);
            }
        }
    }

    [Fact]
    public void Memory_given_back_is_used_again_whatever_was_scored_in_between()
    {
        var first = _scorer.Score(_request.Data, s_all);
        _scorer.Return(first);
        for (var i = 0; i < 30; i++) { _scorer.Return(_scorer.Score(One(i % 3), s_all)); }
        _scorer.Return(_scorer.Score(_request.Data, new ScoreRequest(true, new bool[5])));
        var again = _scorer.Score(_request.Data, s_all);
        Assert.Same(first.Embedding, again.Embedding);
        Assert.Same(first.Tasks[0]!.Items, again.Tasks[0]!.Items);
        Assert.All(first.Tasks, task => Assert.Contains(again.Tasks, t => t!.Scores == task!.Scores));
    }

    [Fact]
    public async Task Dispose_waits_for_calls_under_way_and_later_calls_throw()
    {
        var calls = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            try
            {
                while (true) { _scorer.Score(_request.Data, s_all); }
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        })).ToArray();
        _scorer.Score(_request.Data, s_all);

        _scorer.Dispose();

        Assert.All(await Task.WhenAll(calls), Assert.True);
        Assert.Throws<ObjectDisposedException>(() => _scorer.RankNextItem(_request.Data, []));
        _scorer.Dispose();
    }

    [Fact]
    public void Next_items_are_distinct_known_items_outside_the_history_and_agree_with_the_ranks()
    {
        var data = _request.Data;
        var top = _scorer.Score(data, new ScoreRequest(false, [true, false, false, false, false])).Tasks[0]!;
        Assert.Equal(10, top.Width);
        for (var u = 0; u < data.Count; u++)
        {
            var items = top.Items.AsSpan(u * 10, 10).ToArray();
            var known = items.Where(i => i > 0).ToArray();
            var history = data.Items.AsSpan(data.Offsets[u], data.Length(u)).ToArray();
            Assert.Equal(known.Length, known.Distinct().Count());
            Assert.Empty(known.Intersect(history));
            Assert.Equal(Math.Min(10, TinyShop.Items - history.Where(i => i > 0).Distinct().Count()), known.Length);
        }
        var first = Enumerable.Range(0, data.Count).Select(u => top.Items[u * 10]).ToArray();
        Assert.All(_scorer.RankNextItem(data, first), rank => Assert.Equal(0, rank));
        var third = Enumerable.Range(0, data.Count).Select(u => top.Items[(u * 10) + 2]).ToArray();
        Assert.All(_scorer.RankNextItem(data, third), rank => Assert.Equal(2, rank));
    }

    [Fact]
    public void Users_without_events_are_scored_alone_and_together()
    {
        var none = new BehaviorDataset
        {
            Schema = _request.Data.Schema,
            Offsets = [0, 0, 0],
            Items = [],
            KeyFields = [[]],
            NumberFields = [[]],
            Times = [],
            Profiles = [1, 2, float.NaN, float.NaN],
            Candidates = [null, null, null, null, [0, 3]],
        };
        var scores = _scorer.Score(none, s_all);
        Assert.All(scores.Embedding, e => Assert.True(float.IsFinite(e)));
        Assert.All(scores.Tasks, t => Assert.All(t!.Scores, s => Assert.True(float.IsFinite(s))));
    }

    [Fact]
    public void Asked_for_nothing_gives_nothing()
    {
        var scores = _scorer.Score(_request.Data, new ScoreRequest(false, new bool[5]));
        Assert.Empty(scores.Embedding);
        Assert.All(scores.Tasks, Assert.Null);
    }

    [Fact]
    public void Validation_and_scoring_rank_the_same_event_alike()
    {
        // What the model was given to validate: every user's events but the last, and the last as the target.
        var data = _request.Data;
        var options = new TrainingOptions { ValidationFraction = 0, LeaveLastEventOut = true };
        var split = new UserSplit(data, options, nextItem: true, new Random(0));
        int[] users = [.. Enumerable.Range(0, data.Count).Where(u => data.Length(u) > 1 && data.Items[data.Offsets[u + 1] - 1] != 0)];
        var ranks = users.Select(u => _scorer.RankNextItem(One(u, dropLast: true), [data.Items[data.Offsets[u + 1] - 1]])[0]).ToArray();
        var expected = SuperMoe.ML.Tasks.NextItemHead.Metrics(ranks);

        using var model = Trainer.Train(_request).Model; // the same again: same seed
        var (_, metrics) = new Validator(model, _request, split).Run(users)[0];

        Assert.Equal(expected["NDCG@10"], metrics["NDCG@10"], 1e-6);
        Assert.Equal(expected["MRR"], metrics["MRR"], 1e-6);
    }

    [Fact]
    public void A_batch_is_scored_with_few_managed_bytes()
    {
        const int Users = 300, Length = 6; // one batch, and so one thread
        var data = Alike(Users, Length);
        var request = new ScoreRequest(true, [true, false, false, false, false]);
        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _scorer.Return(_scorer.Score(data, request));
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before); // other tests may have emptied a pool in between
        }
        Assert.InRange(least, 1, BytesOfBatch);
    }

    [Fact]
    public void Tensors_of_a_batch_are_gone_after_it()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        _scorer.Score(_request.Data, s_all);
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void Several_threads_at_once_get_what_one_gets()
    {
        var expected = _scorer.Score(_request.Data, s_all);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            var scores = _scorer.Score(_request.Data, s_all);
            Close(expected.Embedding, scores.Embedding);
            for (var t = 0; t < 5; t++) { Close(expected.Tasks[t]!.Scores, scores.Tasks[t]!.Scores); }
        });
    }

    private BehaviorDataset Alike(int users, int length)
    {
        var events = users * length;
        return new BehaviorDataset
        {
            Schema = _request.Data.Schema,
            Offsets = [.. Enumerable.Range(0, users + 1).Select(u => u * length)],
            Items = [.. Enumerable.Range(0, events).Select(e => 1 + (e % TinyShop.Items))],
            KeyFields = [[.. Enumerable.Range(0, events).Select(e => e % 4)]],
            NumberFields = [[.. Enumerable.Range(0, events).Select(e => (float)e)]],
            Times = [.. Enumerable.Range(0, events).Select(e => 1e9 + e)],
            Profiles = [.. Enumerable.Range(0, 2 * users).Select(i => (float)(i % 5))],
            Candidates = [null, null, null, null, new int[users]],
        };
    }

    private BehaviorDataset One(int user, bool dropLast = false)
    {
        var data = _request.Data;
        var from = data.Offsets[user];
        var to = data.Offsets[user + 1] - (dropLast ? 1 : 0);
        return new BehaviorDataset
        {
            Schema = data.Schema,
            Offsets = [0, to - from],
            Items = data.Items[from..to],
            KeyFields = [data.KeyFields[0][from..to]],
            NumberFields = [data.NumberFields[0][from..to]],
            Times = data.Times![from..to],
            Profiles = data.Profiles[(2 * user)..(2 * user + 2)],
            Candidates = [.. data.Candidates.Select(c => c is null ? null : new[] { c[user] })],
        };
    }

    private static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) { Assert.True(expected[i] == actual[i] || Math.Abs(expected[i] - actual[i]) < 1e-4, $"{expected[i]} became {actual[i]}."); }
    }
}
