using SuperMoe.ML.Data;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class LabelOutcomesTests
{
    // Row 0 asks about item 5 after 1, 2, 3 (and a missing event); row 1 is the same user later; row 2 another with the same items at other times; row 3 a user whose first event is told of.
    private static readonly BehaviorDataset s_data = new()
    {
        Schema = new BehaviorSchema(9, [], [], HasTime: true, ProfileSize: 0),
        Offsets = [0, 4, 11, 15, 16, 18],
        Items = [1, 2, 3, 0, 9, 1, 2, 0, 3, 5, 5, 1, 2, 3, 5, 7, 7, 5],
        Times = [10, 20, 30, 30, 5, 10, 20, 25, 30, 40, 50, 11, 21, 31, 41, 1, 1, 2],
    };

    [Fact]
    public void The_event_that_a_label_is_about_is_known_by_what_stands_before_it()
    {
        int[] candidates = [5, 0, 0, 0, 0];
        Assert.Equal([9], Marked(LabelOutcomes.Of(s_data, [0], candidates))); // not the same item once more, nor another user's
    }

    [Fact]
    public void What_follows_a_single_event_is_known_by_that()
    {
        int[] candidates = [0, 0, 0, 5, 0];
        Assert.Equal([17], Marked(LabelOutcomes.Of(s_data, [3], candidates)));
    }

    [Fact]
    public void Rows_without_a_label_and_candidates_that_nobody_meets_leave_nothing_out()
    {
        int[] candidates = [8, 0, 0, 0, 0];
        Assert.Empty(Marked(LabelOutcomes.Of(s_data, [], candidates)));
        Assert.Empty(Marked(LabelOutcomes.Of(s_data, [0], candidates)));
    }

    private static IEnumerable<int> Marked(bool[] marks) => marks.Select((m, e) => (m, e)).Where(m => m.m).Select(m => m.e);
}
