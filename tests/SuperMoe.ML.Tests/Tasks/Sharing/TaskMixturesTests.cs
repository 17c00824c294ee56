using SuperMoe.ML.Tasks.Sharing;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks.Sharing;

public sealed class TaskMixturesTests : IDisposable
{
    private const int Size = 8, Hidden = 3, Count = 3, Rows = 5;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(4);

    public void Dispose()
    {
        _generator.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void SharedBottom_is_one_network_for_all_tasks()
    {
        using var bottom = On(new SharedBottom(Size, Hidden, 0.5, _generator));
        AssertIsReference(bottom, (reference, _, x) => reference.Expert("network", 1, 0, x));
        Assert.Equal(TestDevice.Read(bottom.Mix(0, States(), null)), TestDevice.Read(bottom.Mix(2, States(), null)));
    }

    [Fact]
    public void MultiGateExperts_are_the_sum_of_experts_by_the_task_s_gate()
    {
        const int Experts = 4;
        using var mixtures = On(new MultiGateExperts(Size, Hidden, Experts, Count, 0.5, _generator));
        AssertIsReference(mixtures, (reference, task, x) => Reference.Sum(
            reference.Gate($"gate{task}", x), [.. Enumerable.Range(0, Experts).Select(e => reference.Expert("experts", Experts, e, x))]));
        for (var t = 0; t < Count; t++) { AssertSumsToOne(mixtures.Shares(t, States()), Experts); }
        Assert.NotEqual(TestDevice.Read(mixtures.Shares(0, States())), TestDevice.Read(mixtures.Shares(1, States())));
    }

    [Fact]
    public void ProgressiveExtraction_is_an_extraction_layer_and_a_final_layer_of_own_and_shared_experts()
    {
        using var mixtures = On(new ProgressiveExtraction(Size, Hidden, Count, 0.5, _generator));
        AssertIsReference(mixtures, (reference, task, x) =>
        {
            double[] Expert(string layer, int e, double[] z) => reference.Expert($"{layer}.experts", Count + 1, e, z);
            var own = Reference.Sum(reference.Gate($"extraction.gate{task}", x), Expert("extraction", task, x), Expert("extraction", Count, x));
            var shared = Reference.Sum(
                reference.Gate("extraction.shared_gate", x), [.. Enumerable.Range(0, Count + 1).Select(e => Expert("extraction", e, x))]);
            return Reference.Sum(reference.Gate($"final.gate{task}", own), Expert("final", task, own), Expert("final", Count, shared));
        });
        for (var t = 0; t < Count; t++)
        {
            AssertSumsToOne(mixtures.Extraction.Shares(t, States()), 2);
            AssertSumsToOne(mixtures.Final.Shares(t, States()), 2);
        }
        AssertSumsToOne(mixtures.Extraction.SharedShares(States()), Count + 1);
    }

    [Fact]
    public void MultiGateExperts_all_learn_from_every_task_and_a_gate_from_its_own()
    {
        using var mixtures = On(new MultiGateExperts(Size, Hidden, 4, Count, 0, _generator));
        var learned = Learned(mixtures, task: 1, "experts", 4);
        Assert.Equal([true, true, true, true], learned.Experts);
        Assert.Equal(["gate1"], learned.Gates);
    }

    [Fact]
    public void ProgressiveExtraction_s_own_experts_learn_nothing_from_other_tasks_and_shared_ones_do()
    {
        for (var task = 0; task < Count; task++)
        {
            using var mixtures = On(new ProgressiveExtraction(Size, Hidden, Count, 0, _generator));
            var learned = Learned(mixtures, task, "final.experts", Count + 1);
            Assert.Equal([.. Enumerable.Range(0, Count).Select(e => e == task), true], learned.Experts);
            Assert.Equal([$"extraction.gate{task}", "extraction.shared_gate", $"final.gate{task}"], learned.Gates);
        }
    }

    [Fact]
    public void A_task_of_GateControl_alone_learns_its_own_expert_and_the_shared_one()
    {
        using var layer = On(new GateControl(Size, Hidden, Count, last: false, 0, _generator));
        layer.OfTask(1, States(), States(), null).pow(2).sum().backward();
        Assert.Equal([false, true, false, true], Experts(layer, "experts", Count + 1));
        layer.zero_grad();
        layer.OfAll(States(), null).pow(2).sum().backward(); // the paper's shared part of an extraction layer is of all experts
        Assert.Equal([true, true, true, true], Experts(layer, "experts", Count + 1));
    }

    [Fact]
    public void ExpertBank_with_the_whole_share_for_one_is_that_expert()
    {
        using var bank = On(new ExpertBank(Size, Hidden, 3, 0, _generator));
        var mixed = TestDevice.Read(bank.Mix(States(), TestDevice.Tensor([0f, 0, 1]).expand(Rows, 3), null));
        var alone = TestDevice.Read(bank.Apply(2, States(), null));
        Assert.Equal(alone, mixed, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.NotEqual(alone, TestDevice.Read(bank.Apply(1, States(), null)));
    }

    private static Tensor States() => TestDevice.Normal(9, Rows, Size);

    private static T On<T>(T module)
        where T : nn.Module
    {
        module.to(TestDevice.Current);
        return module;
    }

    private static void AssertIsReference(TaskMixtures mixtures, Func<Reference, int, double[], double[]> expected)
    {
        var reference = new Reference(mixtures, Size, Hidden);
        var rows = TestDevice.Read(States()).Chunk(Size).Select(r => Array.ConvertAll(r, v => (double)v)).ToArray();
        for (var t = 0; t < Count; t++)
        {
            var mixed = TestDevice.Read(mixtures.Mix(t, States(), null)).Chunk(Size).ToArray();
            Assert.Equal(Rows, mixed.Length);
            for (var n = 0; n < Rows; n++)
            {
                var own = expected(reference, t, rows[n]);
                for (var d = 0; d < Size; d++) { Assert.Equal(own[d], mixed[n][d], 1e-4); }
            }
        }
    }

    private static void AssertSumsToOne(Tensor shares, int width)
    {
        Assert.Equal([Rows, width], shares.shape);
        Assert.All(TestDevice.Read(shares), s => Assert.InRange(s, 0, 1));
        Assert.All(TestDevice.Read(shares).Chunk(width), row => Assert.Equal(1, row.Sum(), 1e-5));
    }

    // Which experts of a bank, and which gates, one task's output teaches.
    private static (bool[] Experts, string[] Gates) Learned(TaskMixtures mixtures, int task, string bank, int experts)
    {
        mixtures.Mix(task, States(), null).pow(2).sum().backward();
        string[] gates =
        [
            .. mixtures.named_parameters().Where(p => p.name.Contains("gate", StringComparison.Ordinal) && Any(p.parameter.grad))
                .Select(p => p.name[..^".weight".Length]).Order(StringComparer.Ordinal),
        ];
        return (Experts(mixtures, bank, experts), gates);
    }

    private static bool[] Experts(nn.Module module, string bank, int experts)
    {
        var weights = module.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad, StringComparer.Ordinal);
        return [.. Enumerable.Range(0, experts).Select(e =>
        {
            var inner = Any(weights[$"{bank}.inner.weight"]?.narrow(0, e * Hidden, Hidden));
            Assert.Equal(inner, Any(weights[$"{bank}.outer.weight"]?.narrow(1, e * Hidden, Hidden)));
            return inner;
        })];
    }

    private static bool Any(Tensor? gradient) => gradient is not null && TestDevice.Read(gradient).Any(g => g != 0);
}
