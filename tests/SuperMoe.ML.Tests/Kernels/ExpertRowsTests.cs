using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class ExpertRowsTests
{
    [Fact]
    public void Of_sorts_by_expert_and_keeps_the_order_within_one()
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(tensor(new long[] { 2, 0, 2, 2, 0 }).view(5, 1), 4, multiple: 1, even: false);
        Assert.Equal([2, 0, 3, 4, 1], rows.Places);
        Assert.Equal([2, 0, 3, 0], rows.Counts);
        Assert.Equal([2, 2, 5, 5], rows.Ends);
        Assert.False(rows.Even);
    }

    [Fact]
    public void Of_pads_uneven_experts_each_to_the_multiple()
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(tensor(new long[] { 2, 0, 2, 2, 2, 2 }).view(3, 2), 3, multiple: 4, even: false);
        Assert.Equal([4, 4, 12], rows.Ends);
        Assert.Equal([4, 0, 5, 6, 7, 8], rows.Places);
        Assert.False(rows.Even);
    }

    [Fact]
    public void Of_does_not_pad_to_the_largest_where_that_takes_very_many()
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(full([1000, 1], 4, ScalarType.Int64), 8, multiple: 16, even: true);
        Assert.False(rows.Even);
        Assert.Equal(1008, rows.Count);
    }

    [Theory]
    [InlineData(new long[] { 1, 0, 1, 0, 1, 0, 0, 1 }, 4, false)] // even, or nearly so
    [InlineData(new long[] { 1, 1, 1, 1, 1 }, 1, true)] // or asked for
    public void Of_gives_all_experts_as_many_rows_where_that_costs_little(long[] experts, int multiple, bool even)
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(tensor(experts).view(-1, 1), 2, multiple, even);
        Assert.True(rows.Even);
        Assert.Equal(rows.Ends[0] * 2, rows.Ends[1]);
        Assert.Equal(0, rows.EndsTensor().numel());
        Assert.Equal(experts.Length, rows.Places.Distinct().Count());
    }
}
