using SuperMoe.ML.Tasks;
using SuperMoe.ML.Training.Added;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training.Added;

public sealed class FrozenFeaturesTests(FrozenShop shop) : IClassFixture<FrozenShop>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_head_says_what_the_model_says_that_its_weights_are_from(bool candidate)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        LabeledTask task = candidate ? new BinaryTask("Click") { CandidateColumn = "Ad" } : new MulticlassTask("Kind");
        var (outputs, request) = (candidate ? 1 : 3, Request(task));
        int[][] folds = [[0, 9, 18], [.. Enumerable.Range(1, 8)], [.. Enumerable.Range(19, 8)]]; // users without events, and of several lengths
        using var batches = new FrozenBatches(shop.Model, request, folds);
        using var head = new FrozenHead(shop.Model.Encoder.Size, outputs, TinyShop.Items, candidate);
        var features = new FrozenFeatures(shop.Model, head, batches);
        Assert.Equal(19, features.Rows.Count);
        double[] targets = [.. features.Users.SelectMany(u => Enumerable.Range(0, outputs).Select(o => u % (o + 2) == 0 ? 1.0 : 0))];
        var model = new LinearModel(features.Rows, targets, outputs, isNumber: false);
        int[] rows = [.. Enumerable.Range(0, 19)];
        var weights = model.Fit(rows, variance: 3);
        features.Give(head, weights);
        var expected = model.Outputs(rows, weights);
        var actual = batches.Of(_ => true).SelectMany(b => TestDevice.Read(head.Apply(shop.Model.Encoder, batches[b].Embedding, batches[b].Seen, batches[b].Labels.Candidates))).ToList();
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++) { Assert.Equal(expected[i], actual[i], 1e-3); }
        Assert.True(expected.Distinct().Count() > 10);
    }

    [Fact]
    public void Of_a_catalogue_too_large_for_weights_of_its_items_their_vectors_are_known()
    {
        using var head = new FrozenHead(8, 10, 100_000_000, candidate: false);
        Assert.False(head.HasItems);
        Assert.Equal(["bias", "weight"], head.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    private static AddedTaskRequest Request(LabeledTask task) => new()
    {
        Data = TinyShop.Data([task], users: 30),
        Task = task,
        Classes = task is MulticlassTask ? 3 : 0,
        Model = TinyShop.Model(),
        Options = new FitTaskOptions(),
        Seed = 1,
        Device = TestDevice.Current,
        CheckAlive = () => { },
        Progress = _ => { },
    };
}
