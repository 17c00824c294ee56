using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class TaskSharingScoringTests
{
    [Theory]
    [InlineData(TaskSharing.SharedBottom)]
    [InlineData(TaskSharing.Mmoe)]
    [InlineData(TaskSharing.Ple)]
    public void Scores_do_not_depend_on_what_else_is_asked_for_and_agree_with_ranks(TaskSharing sharing)
    {
        var (request, scorer) = Train(sharing);
        using var used = scorer;
        var data = request.Data; // every ninth user has no events
        var all = scorer.Score(data, new ScoreRequest(true, [true, true, true, true, true]));
        for (var task = 0; task < 5; task++)
        {
            var only = scorer.Score(data, new ScoreRequest(false, [.. Enumerable.Range(0, 5).Select(t => t == task)])).Tasks[task]!.Scores;
            Assert.Equal(all.Tasks[task]!.Scores, only, (a, b) => a == b || Math.Abs(a - b) < 1e-4);
            Assert.All(only.Where(s => !float.IsNegativeInfinity(s)), s => Assert.True(float.IsFinite(s)));
        }
        var third = Enumerable.Range(0, data.Count).Select(u => all.Tasks[0]!.Items[(u * 10) + 2]).ToArray();
        Assert.All(scorer.RankNextItem(data, third), rank => Assert.Equal(2, rank));
    }

    [Theory]
    [InlineData(TaskSharing.SharedBottom)]
    [InlineData(TaskSharing.Mmoe)]
    [InlineData(TaskSharing.Ple)]
    public void Validation_and_scoring_agree(TaskSharing sharing)
    {
        var (request, scorer) = Train(sharing);
        using var used = scorer;
        var data = request.Data;
        int[] users = [.. Enumerable.Range(0, data.Count).Where(u => data.Length(u) > 1 && data.Items[data.Offsets[u + 1] - 1] != 0)];
        var shown = WithoutLastEvents(data, users);
        var ranks = scorer.RankNextItem(shown, [.. users.Select(u => data.Items[data.Offsets[u + 1] - 1])]);
        var amounts = scorer.Score(shown, new ScoreRequest(false, [false, false, false, true, false])).Tasks[3]!.Scores;
        int[] labelled = [.. Enumerable.Range(0, users.Length).Where(i => !float.IsNaN(data.Labels[3]![users[i]]))];
        var error = Math.Sqrt(labelled.Average(i => Math.Pow(amounts[i] - data.Labels[3]![users[i]], 2)));

        using var model = Trainer.Train(request).Model; // the same again: same seed
        var split = new UserSplit(data, new TrainingOptions { ValidationFraction = 1 }, nextItem: true, new Random(0));
        var metrics = new Validator(model, request, split).Run(users);

        Assert.Equal(NextItemHead.Metrics(ranks)["NDCG@10"], metrics[0].Metrics["NDCG@10"], 1e-6);
        Assert.Equal(error, metrics[3].Metrics["RMSE"], 1e-3);
    }

    private static (TrainingRequest Request, ModelScorer Scorer) Train(TaskSharing sharing)
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Model.Sharing = sharing;
        return (request, new ModelScorer(Trainer.Train(request).Model, new SuperMoeOptions { Model = request.Model }, null, request.Device));
    }

    private static BehaviorDataset WithoutLastEvents(BehaviorDataset data, int[] users)
    {
        int[] events = [.. users.SelectMany(u => Enumerable.Range(data.Offsets[u], data.Length(u) - 1))];
        var end = 0;
        return new BehaviorDataset
        {
            Schema = data.Schema,
            Offsets = [0, .. users.Select(u => end += data.Length(u) - 1)],
            Items = [.. events.Select(e => data.Items[e])],
            KeyFields = [[.. events.Select(e => data.KeyFields[0][e])]],
            NumberFields = [[.. events.Select(e => data.NumberFields[0][e])]],
            Times = [.. events.Select(e => data.Times![e])],
            Profiles = [.. users.SelectMany(u => data.Profiles[(2 * u)..((2 * u) + 2)])],
            Candidates = [.. data.Candidates.Select(c => c is null ? null : users.Select(u => c[u]).ToArray())],
        };
    }
}
