using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tests.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Golden;

/// <summary>Names, types and shapes of weights are the saved models' format: a change here breaks files that exist.</summary>
public sealed class StateDictTests
{
    [Fact]
    public void Weights_of_a_model_with_all_kinds_of_field_and_task_are_as_approved() => Check(
        "state-dict-full.txt", new ModelShape(12, [3, 30_000], 2, HasTime: true, 5, 5, [(4, 2), (7, 1)], 3), TinyShop.AllTasks, TinyShop.Model());

    [Fact]
    public void Weights_of_a_small_model_with_hashed_items_are_as_approved() => Check(
        "state-dict-hashed.txt",
        new ModelShape(60_000, [], 0, HasTime: false, 0, 1, [], 0),
        [new NextItemTask()],
        new SuperMoeModelOptions { HiddenSize = 16, Heads = 2, Blocks = 2, ItemTableRows = 1000, Moe = new MoeOptions { SparseBlocks = [1] } });

    [Theory]
    [InlineData(TaskSharing.SharedBottom)]
    [InlineData(TaskSharing.Mmoe)]
    [InlineData(TaskSharing.Ple)]
    public void Weights_of_a_model_whose_tasks_have_no_indicators_are_as_approved(TaskSharing sharing) => Check(
        $"state-dict-{sharing.ToString().ToLowerInvariant()}.txt",
        new ModelShape(12, [], 0, HasTime: false, 0, 5, [], 0),
        TinyShop.AllTasks,
        new SuperMoeModelOptions { HiddenSize = 16, Blocks = 1, Sharing = sharing });

    [Fact]
    public void Weights_of_added_tasks_are_as_approved()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var trained = new MultiTaskModel(new ModelShape(12, [], 0, HasTime: false, 0, 1, [], 0), TinyShop.Model(), [new NextItemTask()], [0], default, seed: 1);
        var names = trained.state_dict().Keys.ToHashSet();
        using var plain = new ExtendedModel(trained);
        using var one = plain.With(new AddedTask(new BinaryTask("Click") { CandidateColumn = "Ad" }, 0, 12, TinyShop.Model(), 4, generator));
        using var two = one.With(new AddedTask(new RegressionTask("Amount"), 0, 12, TinyShop.Model(), 0, generator));
        var weights = two.Weights();
        Assert.Empty(names.Except(weights.Keys));
        GoldenFile.Check("state-dict-added.txt", weights.Where(p => !names.Contains(p.Key))
            .OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key} {p.Value.dtype} {string.Join('x', p.Value.shape)}"));
    }

    private static void Check(string file, ModelShape shape, SuperMoeTask[] tasks, SuperMoeModelOptions options)
    {
        using var scope = NewDisposeScope();
        using var model = new MultiTaskModel(shape, options, tasks, TinyShop.Classes(tasks), default, seed: 1);
        GoldenFile.Check(file, model.state_dict()
            .OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key} {p.Value.dtype} {string.Join('x', p.Value.shape)}"));
    }
}
