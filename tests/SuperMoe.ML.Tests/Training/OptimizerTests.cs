using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class OptimizerTests
{
    [Fact]
    public void Weight_decay_shrinks_matrices_of_the_network_and_no_embedding_norm_or_bias()
    {
        using var scope = NewDisposeScope();
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.WeightDecay = 0.5;
        using var model = ModelSetup.Create(request, new UserSplit(request.Data, request.Training, nextItem: true, new Random(0)));
        model.to(request.Device);
        using var optimizer = new Optimizer(model, request.Training);
        using (no_grad())
        {
            foreach (var parameter in model.parameters()) { parameter.fill_(1); }
        }
        foreach (var parameter in model.parameters()) { parameter.grad = zeros_like(parameter); }

        optimizer.Step(0.1, ones([], device: request.Device)); // gradients of 0: what moves has decayed

        foreach (var (name, parameter) in model.named_parameters())
        {
            var network = !name.EndsWith("bias", StringComparison.Ordinal)
                && (name.Contains("block", StringComparison.Ordinal) || name.Contains("head", StringComparison.Ordinal) || name.Contains(".map.", StringComparison.Ordinal))
                && !name.Contains("norm", StringComparison.Ordinal);
            Assert.True(Math.Abs((network ? 0.95f : 1f) - parameter.mean().item<float>()) < 1e-5, $"{name} became {parameter.mean().item<float>()}.");
        }
    }

    [Fact]
    public void Clipping_scales_all_gradients_of_network_and_tables_by_one_norm()
    {
        using var scope = NewDisposeScope();
        SuperMoeTask[] tasks = [new NextItemTask { Loss = NextItemLoss.SampledSoftmax }];
        var request = TinyShop.Request(tasks);
        using var model = ModelSetup.Create(request, new UserSplit(request.Data, request.Training, nextItem: true, new Random(0)));
        model.to(request.Device);
        using var optimizer = new Optimizer(model, request.Training);
        var ids = TestDevice.Tensor(1, 2);
        var table = model.RowTables.Single().Table;
        table.Open([ids]);
        var norm = model.parameters().First(p => p.dim() == 1);
        ((table.Lookup(ids) * 3).sum() + (norm * 4).sum()).backward();

        // 2 × 16 weights with a gradient of 3, and 16 of 4.
        Assert.Equal(Math.Sqrt((32 * 9) + (16 * 16)), optimizer.GradientNorm().item<float>(), 1e-3);
        table.Close();
    }
}
