using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class ExpertRowsTests
{
    private static readonly (int Rows, int Experts) s_any = (1000, 1000);

    [Fact]
    public void Of_sorts_by_expert_and_keeps_the_order_within_one()
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(tensor(new long[] { 2, 0, 2, 2, 0 }).view(5, 1), 4, even: false, s_any);
        Assert.Equal([2, 0, 3, 4, 1], rows.Places.ToArray());
        Assert.Equal([1, 4, 0, 2, 3], rows.Assignments.ToArray());
        var group = Assert.Single(rows.Groups);
        Assert.Equal([0, 1, 2, 3], group.Experts);
        Assert.Equal([2, 2, 5, 5], group.Ends);
    }

    [Theory]
    [InlineData(4, 1000, new[] { 3, 2, 1 })] // of 2, 2, 0, 3, 1 and 3 rows
    [InlineData(1000, 2, new[] { 2, 2, 2 })]
    [InlineData(1, 1000, new[] { 1, 1, 1, 1, 1, 1 })] // one expert may have more
    public void Of_makes_groups_no_larger_than_asked(int rowsOfGroup, int expertsOfGroup, int[] sizes)
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(tensor(new long[] { 0, 0, 1, 1, 3, 3, 3, 4, 5, 5, 5 }).view(11, 1), 6, even: false, (rowsOfGroup, expertsOfGroup));
        Assert.Equal(11, rows.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5], rows.Groups.SelectMany(g => g.Experts));
        Assert.Equal(sizes, rows.Groups.Select(g => g.Experts.Length));
    }

    [Fact]
    public void Of_gives_the_experts_of_a_group_as_many_rows_if_asked()
    {
        using var scope = NewDisposeScope();
        long[] assigned = [.. Enumerable.Range(0, 90).Select(i => i % 3L), 1, 1];
        var rows = ExpertRows.Of(tensor(assigned).view(-1, 1), 3, even: true, s_any);
        var group = Assert.Single(rows.Groups);
        Assert.Equal([1, 0, 2], group.Experts); // the busiest first
        Assert.Equal([32, 64, 96], group.Ends);
        Assert.Equal(4, rows.Assignments.ToArray().Count(a => a == ExpertRows.Padding));
        Assert.All(Enumerable.Range(0, assigned.Length), i => Assert.Equal(i, rows.Assignments[rows.Places[i]]));
    }

    [Fact]
    public void Of_keeps_experts_of_unlike_size_apart_rather_than_pad_them_much()
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(full([1000, 1], 4, ScalarType.Int64), 8, even: true, (100_000, 100));
        Assert.Equal([4], rows.Groups[0].Experts);
        Assert.Equal(1000 + (7 * 8), rows.Count);
        Assert.Equal(8, rows.Groups.SelectMany(g => g.Experts).Distinct().Count());
    }
}
