using SuperMoe.ML.Benchmarks.Soak;

namespace SuperMoe.ML.Tests.Benchmarks;

[Collection(nameof(Alone))]
public sealed class MemorySamplesTests
{
    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Flat_needs_four_samples(int samples, bool tooFew)
    {
        var memory = new MemorySamples();
        for (var s = 0; s < samples; s++) { memory.Take(); }
        Assert.Equal(tooFew, memory.Flat is null);
        Assert.Equal(tooFew, memory.Verdict == "too few samples");
    }

    [Fact]
    public void Flat_is_false_if_tensors_are_left_behind()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var memory = new MemorySamples();
        for (var s = 0; s < 4; s++)
        {
            memory.Take();
            TorchSharp.torch.zeros(1);
        }
        Assert.False(memory.Flat);
        Assert.Equal("not flat", memory.Verdict);
    }
}
