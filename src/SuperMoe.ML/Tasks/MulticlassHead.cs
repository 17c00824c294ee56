using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Tasks.Sharing;
using SuperMoe.ML.Tasks.Wide;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>Cross-entropy over C classes; the outputs are probabilities.</summary>
internal sealed class MulticlassHead : UserHead
{
    private readonly double _smoothing;
    private readonly int _classes;

    public MulticlassHead(MulticlassTask task, int classes, int size, double dropout, Generator generator, TaskMixture? mixture = null)
        : base(task, size, classes, candidate: false, dropout, generator, mixture)
    {
        _smoothing = task.LabelSmoothing;
        _classes = classes;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Metrics(float[] predictions, float[] labels)
    {
        var result = MulticlassEvaluation.Of(predictions, labels, _classes);
        return new Dictionary<string, double> { ["Accuracy"] = result.Accuracy, ["MacroF1"] = result.MacroF1, ["LogLoss"] = result.LogLoss };
    }

    /// <inheritdoc/>
    public override double LogSkill(IReadOnlyDictionary<string, double> metrics) => CalibratedSkill(metrics) ?? base.LogSkill(metrics);

    /// <inheritdoc/>
    public override ILinearLoss LinearLoss() => new SoftmaxLoss(_classes);

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor outputs, Tensor labels) =>
        nn.functional.cross_entropy(outputs, labels.to(ScalarType.Int64), label_smoothing: _smoothing);

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor outputs) => outputs.softmax(-1);
}
