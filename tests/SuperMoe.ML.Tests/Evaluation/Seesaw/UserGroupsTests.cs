using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Tests.Evaluation.Seesaw;

public sealed class UserGroupsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(49, 49)]
    [InlineData(943, 50)]
    public void Users_make_fifty_groups_or_one_each(int users, int expected) => Assert.Equal(expected, UserGroups.Count(users));

    [Fact]
    public void Each_user_is_left_out_once_whatever_else_is_measured()
    {
        int[] places = [3, 0, 2, 3]; // user 1 has nothing to measure, user 3 twice
        var without = UserGroups.Without(4, places, kept => string.Join(",", kept.Select(i => places[i])));
        Assert.Equal(["0,2", "3,0,2,3", "3,0,3", "3,2,3"], without.Order(StringComparer.Ordinal));
        Assert.Equal(without, UserGroups.Without(4, places, kept => string.Join(",", kept.Select(i => places[i])))); // the same for every model
    }

    [Fact]
    public void Groups_do_not_follow_the_order_of_rows()
    {
        // Every fiftieth row alone: taken by place they were all of one group.
        var left = UserGroups.Without(1000, [.. Enumerable.Range(0, 20).Select(i => 50 * i)], kept => 20 - kept.Length);
        Assert.Equal(20, left.Sum());
        Assert.InRange(left.Max(), 1, 4);
    }

    [Fact]
    public void Groups_are_of_like_size()
    {
        var sizes = UserGroups.Without(943, [.. Enumerable.Range(0, 943)], kept => 943 - kept.Length);
        Assert.Equal(943, sizes.Sum());
        Assert.All(sizes, s => Assert.InRange(s, 18, 19));
    }
}
