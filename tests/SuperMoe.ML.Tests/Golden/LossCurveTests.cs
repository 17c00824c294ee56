using System.Globalization;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Golden;

public sealed class LossCurveTests
{
    /// <summary>Any change of the model, the losses, the optimizer or the order of random draws shows here.</summary>
    [Theory]
    [InlineData("full", NextItemLoss.FullSoftmax)]
    [InlineData("sampled", NextItemLoss.SampledSoftmax)]
    public void Losses_of_the_first_epochs_are_as_approved(string name, NextItemLoss loss)
    {
        SuperMoeTask[] tasks = [new NextItemTask { Loss = loss, Negatives = 6 }, .. TinyShop.AllTasks[1..]];
        var request = TinyShop.Request(tasks) with { Device = TorchSharp.torch.CPU }; // other devices draw other numbers
        request.Training.Epochs = 4;
        request.Training.LearningRate = 0.01;
        request.Training.Precision = Precision.Float32; // what Auto means depends on the processor
        request.Training.ValidationFraction = 0.25;

        var (model, report) = Trainer.Train(request);
        model.Dispose();

        GoldenFile.Check($"loss-curve-{name}.txt", report.Epochs.SelectMany(Lines), tolerance: 1e-3);
    }

    private static IEnumerable<string> Lines(EpochReport epoch) => epoch.Tasks
        .Select(t => string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch} {t.Key} training {t.Value.TrainingLoss:g6} validation {t.Value.ValidationLoss:g6}"))
        .Prepend(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch} loss {epoch.Loss:g6} rate {epoch.LearningRate:g6}"));
}
