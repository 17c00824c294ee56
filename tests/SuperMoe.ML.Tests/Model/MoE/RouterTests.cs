using SuperMoe.ML.Model.MoE;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model.MoE;

public sealed class RouterTests : IDisposable
{
    private const int Size = 8;
    private const int Experts = 4;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Route_picks_the_most_probable_experts_and_weighs_them_by_probability(int k)
    {
        using var router = Make(k);
        var x = TestDevice.Normal(2, 20, Size);
        var probabilities = matmul(x, router.state_dict()["weight"].t()).softmax(-1);

        var (output, gates) = router.Route(x);

        var best = probabilities.topk(k, -1);
        var expected = k == 1 ? best.values : best.values / best.values.sum(-1, keepdim: true);
        Assert.True(output.Experts.equal(best.indexes).all().item<bool>());
        Assert.True(gates.allclose(expected, 1e-5, 1e-6));
        Assert.Equal(20 * k, output.Load().sum().item<long>());
    }

    [Fact]
    public void Bias_changes_who_is_selected_and_no_weight()
    {
        using var router = Make(1);
        var x = TestDevice.Normal(2, 50, Size);
        var before = router.Route(x);
        using (no_grad()) { router.get_buffer("bias")!.copy_(TestDevice.Tensor([0f, 10f, 0f, 0f])); }

        var after = router.Route(x);

        Assert.Equal(50, after.Output.Load()[1].item<long>());
        Assert.True(after.Output.Probabilities.equal(before.Output.Probabilities).all().item<bool>());
        Assert.True(after.Gates.squeeze(1).equal(before.Output.Probabilities.select(1, 1)).all().item<bool>());
    }

    [Fact]
    public void Balance_moves_each_bias_by_the_step_against_its_load()
    {
        using var router = Make(1);
        router.Balance(TestDevice.Tensor(10, 2, 6, 6), 0.25); // the mean is 6
        Assert.Equal([-0.25f, 0.25f, 0f, 0f], TestDevice.Read(router.get_buffer("bias")!));
    }

    [Fact]
    public void Balance_brings_uneven_loads_near_to_even_ones()
    {
        using var router = Make(2);
        var x = TestDevice.Normal(2, 400, Size) + 1; // a common offset sends most tokens the same way
        var start = Unevenness();
        for (var step = 0; step < 400; step++) { router.Balance(router.Route(x).Output.Load(), step < 200 ? 0.01 : 0.001); }

        Assert.True(start > 0.3, $"The test starts uneven, by {start}.");
        Assert.True(Unevenness() < 0.15, $"{start} became {Unevenness()}.");

        // How much more than the mean the busiest expert has.
        float Unevenness()
        {
            var load = router.Route(x).Output.Load().to(ScalarType.Float32);
            return (load.max() / load.mean()).item<float>() - 1;
        }
    }

    [Fact]
    public void Conditioned_adds_what_an_indicator_has_learned_to_its_logits_and_to_no_event_s()
    {
        using var router = Make(2, TaskRouting.Conditioned);
        var (x, indicators) = (TestDevice.Normal(2, 7, Size), TestDevice.Tensor(0, 1, 3, 1)); // three events, four indicators
        var before = router.Route(x, indicators).Output.Logits;
        Assert.True(before.equal(router.Route(x).Output.Logits).all().item<bool>()); // they start at 0
        using (no_grad()) { router.get_parameter("task_logits")!.copy_(TestDevice.Normal(9, 4, Experts)); }

        var (output, gates) = router.Route(x, indicators);

        Assert.True(output.Logits.narrow(0, 0, 3).equal(before.narrow(0, 0, 3)).all().item<bool>());
        var added = output.Logits.narrow(0, 3, 4) - before.narrow(0, 3, 4);
        Assert.True(added.allclose(router.get_parameter("task_logits")!.index_select(0, indicators), 1e-5, 1e-5));
        (gates * TestDevice.Normal(10, 7, 2)).sum().backward();
        var slopes = router.get_parameter("task_logits")!.grad!.abs().sum(1);
        Assert.Equal([true, true, false, true], TestDevice.Read(slopes).Select(s => s > 1e-6)); // none of task 2's tokens was there
    }

    [Fact]
    public void Selection_bias_of_a_task_changes_who_its_indicators_are_sent_to_and_no_gate_s_meaning()
    {
        using var router = Make(1, TaskRouting.SelectionBias);
        var (x, indicators) = (TestDevice.Normal(2, 7, Size), TestDevice.Tensor(0, 1, 2, 1));
        var before = router.Route(x, indicators);
        using (no_grad()) { router.get_buffer("task_bias")![1].copy_(TestDevice.Tensor([0f, 0f, 0f, 10f])); }

        var (output, gates) = router.Route(x, indicators);

        long[] chosen = output.Experts.cpu().data<long>().ToArray(), were = before.Output.Experts.cpu().data<long>().ToArray();
        Assert.Equal([.. were[..4], 3, were[5], 3], chosen);
        Assert.True(output.Probabilities.equal(before.Output.Probabilities).all().item<bool>());
        Assert.True(gates.equal(output.Probabilities.gather(1, output.Experts)).all().item<bool>());
    }

    [Fact]
    public void Prefer_moves_each_task_to_what_it_wants_more_than_the_others_do()
    {
        using var router = Make(1, TaskRouting.SelectionBias);
        float[] wishes =
        [
            8, 0, 0, 0, // the embedding is no task
            3, 0.5f, 0.5f, 0, // task 0, four tokens: 0.75, 0.125, 0.125, 0
            1, 0.5f, 0, 0.5f, // task 1, two tokens: 0.5, 0.25, 0, 0.25
            0, 0, 0, 0, // task 2 was not there
        ];
        router.Prefer(TestDevice.Tensor(wishes, 4, 4), 0.25);
        float[] expected = [0, 0, 0, 0, 0.25f, -0.25f, 0.25f, -0.25f, -0.25f, 0.25f, -0.25f, 0.25f, 0, 0, 0, 0];
        Assert.Equal(expected, TestDevice.Read(router.get_buffer("task_bias")!));

        for (var step = 0; step < 9; step++) { router.Prefer(TestDevice.Tensor(wishes, 4, 4), 0.25); }
        Assert.Equal(expected.Select(b => 2 * b), TestDevice.Read(router.get_buffer("task_bias")!)); // 2 / E at most
    }

    [Fact]
    public void Prefer_of_one_task_alone_moves_nothing()
    {
        using var router = Make(1, TaskRouting.SelectionBias);
        router.Prefer(TestDevice.Tensor([1f, 1f, 1f, 1f, 0.1f, 0.2f, 0.3f, 0.4f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f], 4, 4), 0.25);
        Assert.All(TestDevice.Read(router.get_buffer("task_bias")!), b => Assert.Equal(0f, b));
    }

    [Fact]
    public void ZLoss_is_the_mean_squared_log_sum_exp()
    {
        var logits = TestDevice.Tensor([0f, 0f, 0f, (float)Math.Log(3)], 2, 2); // sums of 2 and 4
        var output = new RouterOutput(logits, logits.softmax(-1), zeros([2, 1], ScalarType.Int64, TestDevice.Current));
        var expected = (Math.Pow(Math.Log(2), 2) + Math.Pow(Math.Log(4), 2)) / 2;
        Assert.Equal(expected, RouterLosses.ZLoss(output).item<float>(), 1e-5);
    }

    [Fact]
    public void Balance_loss_is_one_when_even_and_E_when_all_goes_to_one_expert()
    {
        var even = new RouterOutput(zeros([4, 2], device: TestDevice.Current), full([4, 2], 0.5f, device: TestDevice.Current), TestDevice.Tensor(0, 1, 0, 1).view(4, 1));
        Assert.Equal(1f, RouterLosses.Balance(even).item<float>(), 1e-6);

        var sure = TestDevice.Tensor([1f, 0f, 1f, 0f], 2, 2);
        Assert.Equal(2f, RouterLosses.Balance(new RouterOutput(sure.log(), sure, TestDevice.Tensor(0, 0).view(2, 1))).item<float>(), 1e-6);

        // Shares 3/4 and 1/4 of four assignments, mean probabilities 0.6 and 0.4: 2 × (0.45 + 0.1).
        var p = TestDevice.Tensor([0.7f, 0.3f, 0.5f, 0.5f], 2, 2);
        Assert.Equal(1.1f, RouterLosses.Balance(new RouterOutput(p.log(), p, TestDevice.Tensor(0, 1, 0, 0).view(2, 2))).item<float>(), 1e-5);
    }

    private static Router Make(int k, TaskRouting routing = TaskRouting.Shared)
    {
        using var generator = new Generator(4);
        var router = new Router(Size, Experts, k, generator, routing, tasks: 3);
        router.to(TestDevice.Current);
        return router;
    }
}
