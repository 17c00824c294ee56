using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Interop;

public sealed class HugePagesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 700_001)] // more than two large pages
    public void Zeros_are_zeros_that_can_be_written_to_the_last(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var matrix = HugePages.Zeros(rows, columns, ScalarType.Float32, CPU);
        Assert.Equal([rows, columns], matrix.shape);
        Assert.Equal(0f, matrix.abs().max().item<float>());
        matrix.fill_(2);
        Assert.Equal(2f * rows * columns, matrix.sum(ScalarType.Float64).item<double>());
    }
}
