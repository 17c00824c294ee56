using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Tasks.Sharing;
using SuperMoe.ML.Tasks.Wide;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>Logistic loss; the output is the logit.</summary>
internal sealed class BinaryHead(BinaryTask task, int size, double dropout, Generator generator, TaskMixture? mixture = null)
    : UserHead(task, size, 1, task.CandidateColumn is not null, dropout, generator, mixture)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Metrics(float[] predictions, float[] labels)
    {
        var result = BinaryEvaluation.Of(predictions, labels);
        return new Dictionary<string, double> { ["AUC"] = result.Auc, ["Accuracy"] = result.Accuracy, ["LogLoss"] = result.LogLoss };
    }

    /// <inheritdoc/>
    public override double LogSkill(IReadOnlyDictionary<string, double> metrics) => CalibratedSkill(metrics) ?? base.LogSkill(metrics);

    /// <inheritdoc/>
    public override ILinearLoss LinearLoss() => new LogisticLoss();

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor outputs, Tensor labels) =>
        nn.functional.binary_cross_entropy_with_logits(outputs.squeeze(-1), labels);

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor outputs) => outputs;
}
