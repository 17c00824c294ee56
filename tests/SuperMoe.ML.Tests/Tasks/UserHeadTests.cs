using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks;

public sealed class UserHeadTests : IDisposable
{
    private const int Size = 8;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(2);
    private readonly ItemEncoder _items;
    private readonly TaskInput _input;

    public UserHeadTests()
    {
        _items = new ItemEncoder(
            new ModelShape(5, [], 0, HasTime: false, 0, 1, [], 0), new SuperMoeModelOptions { HiddenSize = Size }, updatesRows: false, default, _generator);
        _items.to(TestDevice.Current);
        _input = new TaskInput { Embedding = TestDevice.Normal(1, 4, Size), Indicator = TestDevice.Normal(2, 4, Size), Items = _items };
    }

    public void Dispose()
    {
        _items.Dispose();
        _generator.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Binary_loss_is_the_mean_log_loss_of_the_labelled_users_logits()
    {
        using var head = new BinaryHead(new BinaryTask("A"), Size, 0, _generator);
        head.to(TestDevice.Current);
        var logits = TestDevice.Read(head.Predict(_input, null));
        var labels = new TaskLabels(TestDevice.Tensor(3, 0), TestDevice.Tensor([1f, 0f]));

        var (predictions, loss) = head.PredictAndLoss(head.NetworkOutputs(_input, labels), labels.Values);

        var expected = (Math.Log(1 + Math.Exp(-logits[3])) + Math.Log(1 + Math.Exp(logits[0]))) / 2;
        Assert.Equal(expected, loss.item<float>(), 1e-5);
        Assert.Equal(expected, head.Loss(_input, labels).item<float>(), 1e-5);
        Assert.Equal([logits[3], logits[0]], TestDevice.Read(predictions), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Binary_with_candidate_depends_on_the_candidate()
    {
        using var head = new BinaryHead(new BinaryTask("A") { CandidateColumn = "C" }, Size, 0, _generator);
        head.to(TestDevice.Current);
        using (no_grad()) { _items.state_dict()["ids.weight"].copy_(TestDevice.Normal(5, 6, Size)); }
        var one = TestDevice.Read(head.Predict(_input, TestDevice.Tensor(1, 2, 3, 0)));
        var other = TestDevice.Read(head.Predict(_input, TestDevice.Tensor(1, 3, 3, 0)));

        Assert.Equal(one[0], other[0]);
        Assert.NotEqual(one[1], other[1]);
        var labels = new TaskLabels(TestDevice.Tensor(1L), TestDevice.Tensor([1f]), TestDevice.Tensor(3L));
        Assert.Equal(other[1], TestDevice.Read(head.PredictAndLoss(head.NetworkOutputs(_input, labels), labels.Values).Predictions)[0], 1e-5);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    public void Multiclass_gives_probabilities_and_the_smoothed_cross_entropy(double smoothing)
    {
        using var head = new MulticlassHead(new MulticlassTask("A") { LabelSmoothing = smoothing }, 3, Size, 0, _generator);
        head.to(TestDevice.Current);
        var p = TestDevice.Read(head.Predict(_input, null));

        var loss = head.Loss(_input, new TaskLabels(TestDevice.Tensor(2, 1), TestDevice.Tensor([2f, 0f]))).item<float>();

        Assert.Equal(12, p.Length);
        for (var u = 0; u < 4; u++) { Assert.Equal(1, p.AsSpan(u * 3, 3).ToArray().Sum(), 1e-5); }
        Assert.Equal((Smoothed(2, 2) + Smoothed(1, 0)) / 2, loss, 1e-4);

        double Smoothed(int user, int label) => Enumerable.Range(0, 3)
            .Sum(c => -Math.Log(p[(user * 3) + c]) * ((c == label ? 1 - smoothing : 0) + (smoothing / 3)));
    }

    [Fact]
    public void Regression_answers_in_the_labels_unit_and_learns_the_standardized_one()
    {
        using var head = new RegressionHead(new RegressionTask("A"), Size, 0, _generator);
        head.to(TestDevice.Current);
        head.Standardize(200, 50);
        var y = TestDevice.Read(head.Predict(_input, null));

        var loss = head.Loss(_input, new TaskLabels(TestDevice.Tensor(0, 2), TestDevice.Tensor([180f, 330f]))).item<float>();

        Assert.Equal((200.0, 50.0), head.Scale);
        Assert.Equal((Math.Pow((y[0] - 180) / 50, 2) + Math.Pow((y[2] - 330) / 50, 2)) / 2, loss, 1e-3);
        head.Standardize(7, 0);
        Assert.Equal((7.0, 1.0), head.Scale);
    }
}
