using SuperMoe.ML.Data;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class UserSplitTests
{
    private static readonly int[] s_lengths = [0, 1, 2, 5, 3, 4, 8, 2, 1, 6];

    [Fact]
    public void A_share_of_the_users_is_kept_the_same_for_one_seed()
    {
        var split = Split(0.3, leaveLastOut: false, nextItem: true);
        Assert.Equal(3, Enumerable.Range(0, 10).Count(split.IsValidation));
        Assert.Equal(Enumerable.Range(0, 10).Where(split.IsValidation), split.ValidationUsers);
        Assert.Equal(split.ValidationUsers, Split(0.3, leaveLastOut: false, nextItem: true).ValidationUsers);
        Assert.Empty(Split(0, leaveLastOut: false, nextItem: true).ValidationUsers);
    }

    [Fact]
    public void With_next_item_the_last_event_of_kept_users_is_hidden_and_inputs_end_before_the_target()
    {
        var split = Split(0.5, leaveLastOut: false, nextItem: true);
        for (var u = 0; u < 10; u++)
        {
            var length = s_lengths[u];
            var visible = split.IsValidation(u) && length > 1 ? length - 1 : length;
            Assert.Equal(visible, split.TrainingLength(u));
            Assert.Equal(visible > 1 ? visible - 1 : visible, split.TrainingInputLength(u));
            Assert.Equal(length > 1 ? length - 1 : length, split.ValidationInputLength(u));
        }
    }

    [Fact]
    public void LeaveLastEventOut_hides_the_last_event_of_all_and_the_labels_of_the_kept_users_only()
    {
        var split = Split(0.2, leaveLastOut: true, nextItem: true);
        Assert.Equal(Enumerable.Range(0, 10), split.ValidationUsers);
        Assert.Equal(2, Enumerable.Range(0, 10).Count(split.IsValidation));
        Assert.Equal(s_lengths.Select(l => l > 1 ? l - 1 : l), Enumerable.Range(0, 10).Select(split.TrainingLength));
    }

    [Fact]
    public void Without_next_item_every_event_is_an_input()
    {
        var split = Split(0.5, leaveLastOut: true, nextItem: false);
        Assert.Equal(s_lengths, Enumerable.Range(0, 10).Select(split.TrainingInputLength));
        Assert.Equal(s_lengths, Enumerable.Range(0, 10).Select(split.ValidationInputLength));
        Assert.Equal(5, split.ValidationUsers.Length);
    }

    [Fact]
    public void Rows_that_tell_who_is_kept_are_obeyed_whatever_the_share()
    {
        bool[] kept = [.. Enumerable.Range(0, 10).Select(u => u is 3 or 8 or 9)];
        var split = Split(0.5, leaveLastOut: false, nextItem: true, kept);
        Assert.Equal(kept, Enumerable.Range(0, 10).Select(split.IsValidation));
        Assert.Equal([3, 8, 9], split.ValidationUsers);
        Assert.Equal(s_lengths[3] - 1, split.TrainingLength(3));
        Assert.Equal(s_lengths[4], split.TrainingLength(4));
        Assert.Equal([3, 8, 9], Split(0, leaveLastOut: false, nextItem: false, kept).ValidationUsers);
    }

    private static UserSplit Split(double fraction, bool leaveLastOut, bool nextItem, bool[]? kept = null)
    {
        var offsets = new int[11];
        for (var u = 0; u < 10; u++) { offsets[u + 1] = offsets[u] + s_lengths[u]; }
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(3, [], [], HasTime: false, 0),
            Offsets = offsets,
            Items = [.. Enumerable.Repeat(1, offsets[^1])],
            Validation = kept,
        };
        return new UserSplit(data, new TrainingOptions { ValidationFraction = fraction, LeaveLastEventOut = leaveLastOut }, nextItem, new Random(4));
    }
}
