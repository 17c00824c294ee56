using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class RawMemoryTests
{
    [Fact]
    public unsafe void Start_is_where_the_first_number_is()
    {
        using var scope = NewDisposeScope();
        var numbers = tensor(new float[] { 1, 2, 3, 4, 5, 6 }).view(3, 2);
        Assert.Equal(6f, ((float*)RawMemory.Start(numbers, ScalarType.Float32))[5]);
        Assert.Equal(3f, *(float*)RawMemory.Start(numbers.narrow(0, 1, 2), ScalarType.Float32));
    }

    [Fact]
    public void Start_of_nothing_is_zero()
    {
        using var none = empty([0, 4], ScalarType.Float32, CPU);
        Assert.Equal(0, RawMemory.Start(none, ScalarType.Float32));
    }

    [Fact]
    public void Start_refuses_another_type_and_another_order()
    {
        using var scope = NewDisposeScope();
        var numbers = zeros([3, 2], ScalarType.Float32, CPU);
        Assert.Contains("needed is Int64", Assert.Throws<ArgumentException>(() => RawMemory.Start(numbers, ScalarType.Int64)).Message, StringComparison.Ordinal);
        Assert.Contains("not contiguous", Assert.Throws<ArgumentException>(() => RawMemory.Start(numbers.t(), ScalarType.Float32)).Message, StringComparison.Ordinal);
    }
}
