using Microsoft.ML;
using SuperMoe.ML.Tests.Estimators;
using TorchSharp;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>MLContext.GpuDeviceId where there is a GPU: run with SUPERMOE_TEST_DEVICE=cuda and a CUDA build of libtorch.</summary>
public sealed class GpuContractTests
{
    private const double Tolerance = 1e-3; // the devices sum in other orders

    [SkippableFact]
    public void Model_trained_on_a_GPU_is_saved_and_scores_the_same_on_the_CPU()
    {
        RequireGpu();
        var gpu = new MLContext(1) { GpuDeviceId = 0 };
        var users = SampleUsers.KeyedView(gpu, 40);
        using var model = gpu.Transforms.SuperMoe(SampleUsers.Options()).Fit(users);
        using var file = new MemoryStream();
        gpu.Model.Save(model, users.Schema, file);

        var onCpu = Load(new MLContext(1), file);
        var onGpu = Load(new MLContext(1) { GpuDeviceId = 0 }, file);

        var expected = Scores(model, users);
        Assert.All(expected, row => Assert.All((object[])row[0], v => Assert.True(float.IsFinite((float)v))));
        Views.AssertSameRows(expected, Scores(onGpu, users), Tolerance);
        Views.AssertSameRows(expected, Scores(onCpu, users), Tolerance);
    }

    [SkippableFact]
    public void GPU_that_the_machine_does_not_have_is_refused()
    {
        RequireGpu();
        var ml = new MLContext(1) { GpuDeviceId = 99 };
        var users = SampleUsers.KeyedView(ml, 40);
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.SuperMoe(SampleUsers.Options()).Fit(users));
        Assert.Contains("GpuDeviceId is 99; allowed is 0 to", error.Message, StringComparison.Ordinal);
        Assert.Contains("FallbackToCpu", error.Message, StringComparison.Ordinal);
    }

    private static void RequireGpu()
    {
        Skip.IfNot(TestDevice.Current.type == DeviceType.CUDA, "SUPERMOE_TEST_DEVICE is not cuda.");
        Assert.True(torch.cuda.is_available(), "SUPERMOE_TEST_DEVICE is cuda, and torch finds no CUDA device.");
    }

    private static ITransformer Load(MLContext ml, MemoryStream file) => ml.Model.Load(new MemoryStream(file.ToArray()), out _);

    private static List<object[]> Scores(ITransformer model, IDataView users)
    {
        var scored = model.Transform(users);
        string[] names = ["Embedding", "Gender.Score", "Age.Score", "Churned.Probability", "Liked.Score", "NextItem.Score"];
        return Views.Read(scored, [.. names.Select(n => scored.Schema[n])]);
    }
}
