using SuperMoe.ML.Estimators;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class SpareArraysTests
{
    [Fact]
    public void Take_gives_the_shortest_that_is_long_enough()
    {
        var arrays = new SpareArrays<int>(3);
        int[] small = new int[4], middle = new int[10], large = new int[20];
        foreach (var array in (int[][])[middle, large, small]) { arrays.Return(array); }
        Assert.Same(middle, arrays.Take(5));
        Assert.Same(large, arrays.Take(5));
        Assert.Equal(5, arrays.Take(5).Length);
        Assert.Same(small, arrays.Take(4));
    }

    [Fact]
    public void Too_many_push_out_the_shortest()
    {
        var arrays = new SpareArrays<int>(2);
        int[] small = new int[4], middle = new int[10], large = new int[20];
        foreach (var array in (int[][])[large, middle, small]) { arrays.Return(array); }
        Assert.Same(middle, arrays.Take(1));
        Assert.Same(large, arrays.Take(1));
        Assert.NotSame(small, arrays.Take(4));
    }

    [Fact]
    public void Nothing_is_the_empty_array()
    {
        var arrays = new SpareArrays<int>(2);
        arrays.Return([]);
        arrays.Return(new int[3]);
        Assert.Empty(arrays.Take(0));
    }
}
