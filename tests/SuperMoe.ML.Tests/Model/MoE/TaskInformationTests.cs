using SuperMoe.ML.Model.MoE;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model.MoE;

public sealed class TaskInformationTests : IDisposable
{
    private const int Experts = 3;
    private static readonly int[] s_lengths = [2, 0, 3];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Tasks_that_use_the_same_experts_share_no_information()
    {
        var information = TaskInformation.Of(Router((_, _) => 1), OnlyThemselves(4), Packed.Lengths(s_lengths));
        Assert.Equal(0f, information.item<float>(), 1e-6f);
    }

    [Fact]
    public void Tasks_with_an_expert_each_have_the_logarithm_of_their_number()
    {
        var information = TaskInformation.Of(Router((_, indicator) => indicator - 1), OnlyThemselves(4), Packed.Lengths(s_lengths));
        Assert.Equal(Math.Log(3), information.item<float>(), 1e-3);
    }

    [Fact]
    public void The_embedding_is_no_task()
    {
        // Its indicator goes elsewhere; the two tasks' go to one expert.
        var information = TaskInformation.Of(Router((_, indicator) => indicator == 0 ? 0 : 1, indicators: 3), OnlyThemselves(3), Packed.Lengths(s_lengths));
        Assert.Equal(0f, information.item<float>(), 1e-6f);
    }

    [Fact]
    public void Events_count_as_far_as_a_task_looks_at_them()
    {
        // All indicators go to expert 0. The first task looks at itself; the second half at the user's latest event, which went to expert 2.
        var input = Packed.Lengths(s_lengths);
        var looks = zeros([3, 3, 4], device: TestDevice.Current);
        for (var user = 0; user < 3; user++)
        {
            for (var indicator = 0; indicator < 3; indicator++)
            {
                var half = indicator == 2 && s_lengths[user] > 0;
                looks[user, indicator, 3] = half ? 0.5f : 1;
                if (half) { looks[user, indicator, s_lengths[user] - 1] = 0.5f; }
            }
        }
        var information = TaskInformation.Of(Router((_, _) => 0, indicators: 3, eventExpert: 2), looks, input);

        // Two of three users have events: P(expert 2 | task 2) = 1/3, and for all 1/6.
        var expected = 0.5 * (Math.Log(1 / (5.0 / 6)) + (2.0 / 3 * Math.Log(2.0 / 3 / (5.0 / 6))) + (1.0 / 3 * Math.Log(1.0 / 3 / (1.0 / 6))));
        Assert.Equal(expected, information.item<float>(), 1e-3);
    }

    [Fact]
    public void A_block_that_routed_no_events_is_measured_by_indicators_alone()
    {
        var router = Router((_, indicator) => indicator - 1, events: 0);
        var information = TaskInformation.Of(router, OnlyThemselves(4), Packed.Lengths(s_lengths));
        Assert.Equal(Math.Log(3), information.item<float>(), 1e-3);
    }

    [Fact]
    public void Going_up_its_gradient_parts_the_tasks()
    {
        var logits = TestDevice.Normal(5, 5 + (3 * 4), Experts).requires_grad_();
        var first = 0f;
        for (var step = 0; step < 200; step++)
        {
            using var scope = NewDisposeScope();
            var information = TaskInformation.Of(new RouterOutput(logits, logits.detach(), logits.detach()), OnlyThemselves(4), Packed.Lengths(s_lengths));
            if (step == 0) { first = information.item<float>(); }
            var slope = autograd.grad([information], [logits])[0];
            using var noGrad = no_grad();
            logits.add_(slope.mul(5));
        }
        var last = TaskInformation.Of(new RouterOutput(logits, logits.detach(), logits.detach()), OnlyThemselves(4), Packed.Lengths(s_lengths)).item<float>();
        Assert.True(first >= 0 && last > first + 0.3, $"It went from {first} to {last}.");
    }

    // Logits that all but decide: of events, then of indicators, user after user.
    private static RouterOutput Router(Func<int, int, int> expert, int indicators = 4, int events = 5, int eventExpert = 0)
    {
        var rows = new List<int>(Enumerable.Repeat(eventExpert, events));
        for (var user = 0; user < s_lengths.Length; user++)
        {
            for (var i = 0; i < indicators; i++) { rows.Add(expert(user, i)); }
        }
        var logits = zeros([rows.Count, Experts], device: TestDevice.Current);
        for (var r = 0; r < rows.Count; r++) { logits[r, (rows[r] + Experts) % Experts] = 30; }
        return new RouterOutput(logits, logits, logits);
    }

    private static Tensor OnlyThemselves(int indicators)
    {
        var looks = zeros([3, indicators, 4], device: TestDevice.Current);
        looks.select(-1, 3).fill_(1);
        return looks;
    }
}
