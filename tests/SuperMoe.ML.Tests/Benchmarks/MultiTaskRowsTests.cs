using SuperMoe.ML.Benchmarks.MultiTask;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class MultiTaskRowsTests
{
    private static readonly MultiTaskSettings s_settings =
        new() { Folds = 5, Validation = 0, LikeRows = 3, LikeHistory = 2, Rating = RatingField.Key, Genres = false, Times = true };

    // Items 11, 12, ..., each rated 4 or more where even.
    private static MovieUser User(int id, int events) =>
        new(id, true, 2, 1, [.. Enumerable.Range(1, events).Select(i => new MovieEvent(10 + i, i % 2 == 0 ? 4 : 3, i))]);

    private static MultiTaskRows Rows(params MovieUser[] users) => new(new MovieLensData(users, [], ["artist", "writer"]), s_settings);

    [Fact]
    public void Training_hides_the_profiles_of_the_fold_and_keeps_its_behaviour()
    {
        var rows = Rows(User(5, 4), User(6, 4)).Training(fold: 0).Where(r => r.Candidate == 0).ToList();
        Assert.Equal([5, 6], rows.Select(r => r.UserId));
        Assert.Equal(["", "writer"], rows.Select(r => r.Occupation));
        Assert.Equal(["", "25-34"], rows.Select(r => r.AgeBand));
        Assert.Equal([float.NaN, 1], rows.Select(r => r.Gender));
        Assert.All(rows, r => Assert.Equal([11, 12, 13], r.Item));
        Assert.All(rows, r => Assert.True(float.IsNaN(r.Like)));
    }

    [Fact]
    public void Test_asks_about_the_event_that_is_held_out()
    {
        var row = Assert.Single(Rows(User(5, 4), User(6, 4)).Test(fold: 1));
        Assert.Equal((6, 14, 1f, "writer"), (row.UserId, row.Candidate, row.Like, row.Occupation));
        Assert.Equal([11, 12, 13], row.Item);
        Assert.Equal([3, 4, 3], row.Rating);
    }

    [Fact]
    public void Every_user_is_in_the_test_of_one_fold()
    {
        MovieUser[] users = [.. Enumerable.Range(1, 12).Select(id => User(id, 4))];
        var tested = Enumerable.Range(0, MultiTaskSettings.AllFolds).SelectMany(f => Rows(users).Test(f)).Select(r => r.UserId);
        Assert.Equal(users.Select(u => u.Id), tested.Order());
    }

    [Fact]
    public void Users_of_folds_that_are_not_run_are_asked_about_their_held_out_event_and_not_their_profile()
    {
        var rows = new MultiTaskRows(new MovieLensData([User(5, 4), User(6, 4), User(7, 4)], [], ["artist", "writer"]), s_settings with { Folds = 2 }).OfOtherFolds();
        var row = Assert.Single(rows);
        Assert.Equal((7, 14, 1f, "", ""), (row.UserId, row.Candidate, row.Like, row.Occupation, row.AgeBand));
        Assert.True(float.IsNaN(row.Gender));
        Assert.Empty(Rows(User(5, 4), User(6, 4)).OfOtherFolds());
    }

    [Fact]
    public void Like_rows_end_before_their_candidate_and_never_touch_what_is_held_out()
    {
        var rows = Rows(User(6, 9)).Training(fold: 0).Where(r => r.Candidate != 0).ToList();
        Assert.Equal([13, 15, 17], rows.Select(r => r.Candidate)); // not 18, the validation target, nor 19, the test target
        Assert.Equal(["11 12 0", "13 14 0", "15 16 0"], rows.Select(r => string.Join(' ', r.Item))); // the missing event is no target
        Assert.Equal([0f, 0f, 0f], rows.Select(r => r.Like));
        Assert.All(rows, r => Assert.Equal("", r.AgeBand + r.Occupation));
        Assert.All(rows, r => Assert.Equal(r.Time.Order(), r.Time));
    }

    [Fact]
    public void Like_rows_without_the_next_item_need_no_missing_event()
    {
        var rows = new MultiTaskRows(new MovieLensData([User(6, 9)], [], ["artist", "writer"]), s_settings, nextItem: false).Training(fold: 0);
        Assert.Equal(["11 12", "13 14", "15 16"], rows.Where(r => r.Candidate != 0).Select(r => string.Join(' ', r.Item)));
    }

    [Theory]
    [InlineData(3, "")] // one event, the validation target, the test target
    [InlineData(4, "1")]
    [InlineData(6, "1 2 3")]
    [InlineData(33, "10 20 30")]
    public void Like_examples_are_spread_over_the_history(int events, string places) =>
        Assert.Equal(places, string.Join(' ', LikeExamples.Of(User(1, events), 3)));
}
