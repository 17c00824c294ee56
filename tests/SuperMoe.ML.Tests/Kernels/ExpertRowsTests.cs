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
        Assert.Equal([0, 1, 2, 3], Assert.Single(Experts(rows)));
        Assert.Equal([2, 2, 5, 5], Assert.Single(Ends(rows)));
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
        Assert.Equal([0, 1, 2, 3, 4, 5], Experts(rows).SelectMany(e => e));
        Assert.Equal(sizes, Experts(rows).Select(e => e.Length));
        Assert.Equal((sizes.Max(), Ends(rows).Max(e => e[^1])), (rows.MostExperts, rows.MostRows));
    }

    [Fact]
    public void Of_gives_the_experts_of_a_group_as_many_rows_if_asked()
    {
        using var scope = NewDisposeScope();
        long[] assigned = [.. Enumerable.Range(0, 90).Select(i => i % 3L), 1, 1];
        var rows = ExpertRows.Of(tensor(assigned).view(-1, 1), 3, even: true, s_any);
        Assert.Equal([1, 0, 2], Assert.Single(Experts(rows))); // the busiest first
        Assert.Equal([32, 64, 96], Assert.Single(Ends(rows)));
        Assert.Equal(4, rows.Assignments.ToArray().Count(a => a == ExpertRows.Padding));
        Assert.All(Enumerable.Range(0, assigned.Length), i => Assert.Equal(i, rows.Assignments[rows.Places[i]]));
    }

    [Fact]
    public void Of_keeps_experts_of_unlike_size_apart_rather_than_pad_them_much()
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(full([1000, 1], 4, ScalarType.Int64), 8, even: true, (100_000, 100));
        Assert.Equal([4], Experts(rows)[0]);
        Assert.Equal(1000 + (7 * 8), rows.Count);
        Assert.Equal(8, Experts(rows).SelectMany(e => e).Distinct().Count());
    }

    [Fact]
    public void Memory_that_goes_round_does_not_show()
    {
        using var scope = NewDisposeScope();
        for (var round = 0; round < 20; round++)
        {
            foreach (var even in new[] { false, true })
            {
                using var rows = ExpertRows.Of(tensor(new long[] { 2, 0, 2, 2, 0 }).view(5, 1), 4, even, s_any);
                Assert.Equal(even ? 32 : 5, rows.Count);
                Assert.Equal(even ? [2, 0, 1, 3] : [0, 1, 2, 3], Experts(rows).SelectMany(e => e));
                Assert.Equal(even ? [0, 8, 1, 2, 9] : [2, 0, 3, 4, 1], rows.Places.ToArray());
                Assert.Equal(5, rows.Assignments.ToArray().Count(a => a != ExpertRows.Padding));
            }
            using var other = ExpertRows.Of(full([37, 1], 3, ScalarType.Int64), 4, even: false, s_any); // leaves other numbers in the pool
            Assert.Equal(37, other.Count);
        }
    }

    private static int[][] Experts(ExpertRows rows)
    {
        var all = new List<int[]>();
        foreach (var group in rows.Groups) { all.Add(group.Experts.ToArray()); }
        return [.. all];
    }

    private static int[][] Ends(ExpertRows rows)
    {
        var all = new List<int[]>();
        foreach (var group in rows.Groups) { all.Add(group.Ends.ToArray()); }
        return [.. all];
    }
}
