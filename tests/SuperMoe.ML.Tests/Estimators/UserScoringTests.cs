using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class UserScoringTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(65_536, 32_767, 2_147_418_112)]
    public void Size_is_users_times_outputs(int users, int width, int expected) => Assert.Equal(expected, UserScoring.Size("Gender", users, width));

    [Theory]
    [InlineData(32_768, "2,147,483,648")] // the first beyond an int
    [InlineData(65_537, "4,295,032,832")] // an int would have held 65,536 of them
    public void Size_beyond_an_array_names_task_classes_and_the_option_to_lower(int width, string size)
    {
        var error = Assert.Throws<InvalidOperationException>(() => UserScoring.Size("Brand", 65_536, width)).Message;
        Assert.Contains("The task 'Brand'", error, StringComparison.Ordinal);
        Assert.Contains($"{(width == 32_768 ? "32,768" : "65,537")} classes", error, StringComparison.Ordinal);
        Assert.Contains($"65,536 users of a batch: {size} scores", error, StringComparison.Ordinal);
        Assert.Contains("Lower ScoringBatchSize to at most " + (width == 32_768 ? "65,535" : "32,767"), error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_task_says_the_same_whichever_outputs_are_read_with_it()
    {
        SuperMoeTask[] tasks = [new NextItemTask(), new BinaryTask("Even")];
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks, users: 60, complete: true));
        request.Model.Moe.TaskRouting = TaskRouting.Conditioned;
        var model = Trainer.Train(request).Model;
        using (no_grad())
        {
            foreach (var (_, logits) in model.state_dict().Where(p => p.Key.EndsWith("task_logits", StringComparison.Ordinal))) { logits.copy_(TestDevice.Normal(7, logits.shape) * 5); } // so far from 0 as to decide
        }
        using var scorer = new ModelScorer(model, new SuperMoeOptions { ItemColumn = "Item", Model = request.Model, Tasks = [.. tasks] }, null, TestDevice.Current);
        var task = new RegressionTask("Amount");
        var job = new AddedTaskJob(
            task, 0, TinyShop.Data([task], users: 60, complete: true), new FitTaskOptions { Epochs = 1, Seed = 1 }, new Progress<TrainingProgress>(), () => { });
        var added = scorer.FitTask(job).Scorer;
        using var _ = (ModelScorer)added;

        var beside = added.Score(request.Data, new ScoreRequest(true, [false, false, true])).Tasks[2]!.Scores;
        var withNext = added.Score(request.Data, new ScoreRequest(false, [true, false, true])).Tasks[2]!.Scores;

        Assert.True(beside.Take(60).Distinct().Count() > 10);
        for (var u = 0; u < 60; u++) { Assert.Equal(beside[u], withNext[u], 1e-2f); }
    }
}
