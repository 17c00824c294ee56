using SuperMoe.ML.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class PackedEventsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Starts_are_where_users_begin_and_where_the_last_one_ends()
    {
        var starts = new int[4];
        PackedEvents.Starts(Unpad([2, 0, 3], 3), 3, starts);
        Assert.Equal([0, 2, 2, 5], starts);
        PackedEvents.Starts(null, 3, starts);
        Assert.Equal([0, 3, 6, 9], starts);
    }

    [Fact]
    public void Sums_are_of_each_users_own_events_over_a_power_of_their_number_and_0_without()
    {
        int[] lengths = [2, 0, 3, 1];
        var events = randn([6, 5], device: CPU);

        var means = PackedEvents.Pool(events, Unpad(lengths, 3), 4, 3, 1);
        var sums = PackedEvents.Pool(events, Unpad(lengths, 3), 4, 3, 0.5f);

        var expected = stack([events.narrow(0, 0, 2).mean([0L]), zeros(5, device: CPU), events.narrow(0, 2, 3).mean([0L]), events[5]]);
        Assert.True(allclose(expected, means, rtol: 1e-6, atol: 1e-6));
        Assert.True(allclose(expected * tensor([2f, 0, 3, 1], device: CPU).sqrt().unsqueeze(1), sums, rtol: 1e-6, atol: 1e-6));
        Assert.True(allclose(events.view(2, 3, 5).mean([1L]), PackedEvents.Pool(events, null, 2, 3, 1), rtol: 1e-6, atol: 1e-6));
        Assert.Equal([0, 5], PackedEvents.Pool(zeros([0, 5], device: CPU), null, 0, 0, 1).shape);
    }

    [Fact]
    public void A_users_bits_do_not_depend_on_the_others()
    {
        int[] lengths = [7, 40, 1, 13];
        var events = randn([61, 24], device: CPU);
        var together = PackedEvents.Pool(events, Unpad(lengths, 40), 4, 40, 0.5f);
        for (int u = 0, first = 0; u < lengths.Length; first += lengths[u++])
        {
            Assert.Equal(TestDevice.Read(together[u]), TestDevice.Read(PackedEvents.Pool(events.narrow(0, first, lengths[u]), null, 1, lengths[u], 0.5f)));
        }
    }

    private static Tensor Unpad(int[] lengths, int longest) =>
        tensor([.. lengths.SelectMany((length, u) => Enumerable.Range(0, length).Select(e => ((long)u * longest) + e))], device: CPU);
}
