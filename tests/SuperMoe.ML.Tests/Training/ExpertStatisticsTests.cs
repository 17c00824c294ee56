using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class ExpertStatisticsTests
{
    [Fact]
    public void Loads_are_each_kind_of_tokens_shares_of_the_experts_block_by_block()
    {
        using var scope = NewDisposeScope();
        var statistics = new ExpertStatistics(["Events", "Embedding", "A"]);
        // Block 0: two events and two users' indicators (embedding, A); block 2: the indicators only. K = 2 of E = 3.
        var all = Router(0, 1, 0, 2, /* user 0 */ 0, 1, 2, 1, /* user 1 */ 0, 2, 2, 0);
        var some = Router(0, 1, 2, 1, 1, 0, 2, 0);
        statistics.Add(new ModelOutput(null, null, [(0, all), (2, some)]), block => block == 0 ? 2 : 0);

        var loads = statistics.Loads();

        Assert.Equal([0, 2], loads.Select(l => l.Block));
        Assert.Equal([0.5, 0.25, 0.25], loads[0].Shares[0]);
        Assert.Equal([0.5, 0.25, 0.25], loads[0].Shares[1]);
        Assert.Equal([0.25, 0.25, 0.5], loads[0].Shares[2]);
        Assert.Equal([0.0, 0, 0], loads[1].Shares[0]);
        Assert.Equal([0.5, 0.5, 0], loads[1].Shares[1]);
        Assert.Equal([0.25, 0.25, 0.5], loads[1].Shares[2]);

        static RouterOutput Router(params long[] experts)
        {
            var logits = zeros([experts.Length / 2, 3], device: TestDevice.Current);
            return new RouterOutput(logits, logits.softmax(-1), TestDevice.Tensor(experts).view(-1, 2));
        }
    }
}
