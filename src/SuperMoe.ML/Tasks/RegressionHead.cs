using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Tasks.Sharing;
using SuperMoe.ML.Tasks.Wide;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>Squared error on the label standardized by its training mean and deviation; the output is in the label's own unit.</summary>
internal sealed class RegressionHead : UserHead
{
    public RegressionHead(RegressionTask task, int size, double dropout, Generator generator, TaskMixture? mixture = null)
        : base(task, size, 1, candidate: false, dropout, generator, mixture)
    {
        register_buffer("mean", zeros(1));
        register_buffer("deviation", ones(1));
    }

    /// <summary>The label's mean and standard deviation in training.</summary>
    public (double Mean, double Deviation) Scale => (get_buffer("mean")!.item<float>(), get_buffer("deviation")!.item<float>());

    /// <summary>Sets the label's mean and standard deviation; a deviation of 0 counts as 1.</summary>
    public void Standardize(double mean, double deviation)
    {
        get_buffer("mean")!.copy_(tensor(mean));
        get_buffer("deviation")!.copy_(tensor(deviation > 0 ? deviation : 1));
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Metrics(float[] predictions, float[] labels)
    {
        var result = RegressionEvaluation.Of(predictions, labels);
        return new Dictionary<string, double> { ["R2"] = result.RSquared, ["RMSE"] = result.RootMeanSquaredError, ["MAE"] = result.MeanAbsoluteError };
    }

    /// <summary>R² may be negative, and the RMSE go to 0 without end: of e to the minus RMSE in the label's training deviations.</summary>
    public override double LogSkill(IReadOnlyDictionary<string, double> metrics) => -metrics["RMSE"] / Scale.Deviation;

    /// <inheritdoc/>
    public override ILinearLoss LinearLoss() => new SquaredLoss(Scale.Mean, Scale.Deviation);

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor outputs, Tensor labels) =>
        nn.functional.mse_loss(outputs.squeeze(-1), (labels - get_buffer("mean")!) / get_buffer("deviation")!);

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor outputs) => (outputs * get_buffer("deviation")!).Plus(get_buffer("mean")!);
}
