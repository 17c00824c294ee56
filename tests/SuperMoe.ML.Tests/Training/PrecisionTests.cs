using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class PrecisionTests
{
    private static readonly SuperMoeTask[] s_tasks = [new NextItemTask(), new BinaryTask("Even")];

    [Fact]
    public void Training_in_bfloat16_learns_and_leaves_float32_weights()
    {
        var (model, report) = Train(Precision.BFloat16, epochs: 15);
        using (model)
        {
            Assert.All(model.state_dict().Values.Where(v => v.is_floating_point()), v => Assert.Equal(ScalarType.Float32, v.dtype));
        }
        var best = report.Epochs[report.BestEpoch - 1];
        Assert.True(best.Tasks["NextItem"].Metrics["NDCG@10"] > 0.8, $"NDCG@10 is {best.Tasks["NextItem"].Metrics["NDCG@10"]}.");
        Assert.True(best.Tasks["Even"].Metrics["AUC"] > 0.95, $"AUC is {best.Tasks["Even"].Metrics["AUC"]}.");
    }

    [Fact]
    public void Training_in_bfloat16_is_near_training_in_float32_and_not_the_same()
    {
        var (half, halfReport) = Train(Precision.BFloat16, epochs: 2);
        var (single, singleReport) = Train(Precision.Float32, epochs: 2);
        half.Dispose();
        single.Dispose();
        Assert.InRange(halfReport.Epochs[0].Loss / singleReport.Epochs[0].Loss, 0.98, 1.02);
        Assert.NotEqual(singleReport.Epochs[0].Loss, halfReport.Epochs[0].Loss);
    }

    [Fact]
    public void Auto_is_float32_on_a_cpu_and_bfloat16_on_cuda()
    {
        Assert.Equal(Precision.Auto, new TrainingOptions().Precision);
        Assert.Equal(ComputePrecision.Float32, PrecisionChoice.Of(Precision.Auto, CPU));
        Assert.Equal(ComputePrecision.BFloat16, PrecisionChoice.Of(Precision.Auto, new Device("cuda:0")));
        Assert.Equal(ComputePrecision.Float32, PrecisionChoice.Of(Precision.Float32, new Device("cuda:0")));
        Assert.Equal(ComputePrecision.BFloat16, PrecisionChoice.Of(Precision.BFloat16, CPU));
    }

    [Fact]
    public void Auto_multiplies_logits_in_bfloat16_where_the_processor_can()
    {
        var best = ProcessorFeatures.BFloat16Products ? ScalarType.BFloat16 : ScalarType.Float32;
        Assert.Equal(best, PrecisionChoice.OfLogits(Precision.Auto, CPU));
        Assert.Equal(ScalarType.BFloat16, PrecisionChoice.OfLogits(Precision.Auto, new Device("cuda:0")));
        Assert.Equal(ScalarType.Float32, PrecisionChoice.OfLogits(Precision.Float32, CPU));
        Assert.Equal(ScalarType.BFloat16, PrecisionChoice.OfLogits(Precision.BFloat16, CPU));
    }

    private static TrainedModel Train(Precision precision, int epochs)
    {
        var request = TinyShop.Request(s_tasks, TinyShop.Data(s_tasks, users: 160, complete: true));
        request.Training.Precision = precision;
        request.Training.Epochs = epochs;
        request.Training.BatchTokens = 256;
        request.Training.LearningRate = 0.02;
        request.Training.ValidationFraction = 0.2;
        return Trainer.Train(request);
    }
}
