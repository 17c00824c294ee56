using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.MultiTask.Beauty;
using SuperMoe.ML.Benchmarks.Sequence;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class BeautyRowsTests
{
    private const double Share = 0.3;

    // No two users share an item, so that an item tells whose future it is.
    private static readonly SequenceUser[] s_users = [.. Enumerable.Range(1, 40).Select(u => new SequenceUser(u, [.. Enumerable.Range(1, 3 + (u % 9)).Select(i => (100 * u) + i)]))];

    private static readonly BeautyData s_data = new(
        s_users, s_users.SelectMany(u => u.Items).ToDictionary(i => i, i => new BeautyItem([1], 0, 1 + (i % 4), 0)), [77]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_after_the_cut_of_a_judged_user_is_in_training(bool nextItem)
    {
        for (var fold = 0; fold < MultiTaskSettings.AllFolds; fold++)
        {
            var rows = new BeautyRows(s_data, labelRows: 3, Share);
            var futures = rows.Test(fold).SelectMany(r => s_users[r.UserId - 1].Items[r.Item.Length..]).ToHashSet();
            Assert.NotEmpty(futures);
            foreach (var row in rows.Training(fold, nextItem))
            {
                Assert.DoesNotContain(row.Item, futures.Contains);
                Assert.DoesNotContain(row.Target, futures);
            }
        }
    }

    [Fact]
    public void Judged_users_have_no_labels_in_training()
    {
        for (var fold = 0; fold < MultiTaskSettings.AllFolds; fold++)
        {
            var rows = new BeautyRows(s_data, labelRows: 3, Share);
            var judged = rows.Test(fold).Select(r => r.UserId).ToHashSet();
            var own = rows.Training(fold, nextItem: true).Where(r => judged.Contains(r.UserId)).ToList();
            Assert.Equal(judged.Order(), own.Select(r => r.UserId).Order()); // their behaviour, once each
            Assert.All(own, r => Assert.True(float.IsNaN(r.Repeat) && float.IsNaN(r.Rest) && r.NextCategory == 0 && r.Target == 0));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_after_the_cut_of_a_user_who_validates_is_in_training_and_only_rows_with_labels_validate(bool nextItem)
    {
        List<BeautyRow> rows = [.. new BeautyRows(s_data, labelRows: 3, Share).Training(fold: 1, nextItem)];
        var validating = rows.Where(r => r.Validation).ToDictionary(r => r.UserId, r => BeautyCuts.Of(s_users[r.UserId - 1], 1)[0]);
        Assert.InRange(validating.Count, 3, 20);
        Assert.All(rows.Where(r => r.Validation), r => Assert.False(float.IsNaN(r.Rest)));
        foreach (var row in rows.Where(r => validating.ContainsKey(r.UserId)))
        {
            var known = s_users[row.UserId - 1].Items[..validating[row.UserId]];
            Assert.Equal(known, row.Item.Where(i => i != 0));
            Assert.Equal(float.IsNaN(row.Rest), !row.Validation);
        }
        Assert.DoesNotContain(new BeautyRows(s_data, labelRows: 3, 0).Training(fold: 1, nextItem), r => r.Validation);
    }

    [Fact]
    public void Every_user_with_a_cut_is_judged_in_one_fold()
    {
        var judged = Enumerable.Range(0, MultiTaskSettings.AllFolds).SelectMany(f => new BeautyRows(s_data, 1, Share).Test(f)).Select(r => r.UserId);
        Assert.Equal(s_users.Where(u => u.Items.Length >= 5).Select(u => u.Id), judged.Order());
    }

    [Fact]
    public void Rows_with_labels_end_before_what_they_ask()
    {
        foreach (var row in new BeautyRows(s_data, 3, Share).Training(fold: 0, nextItem: false))
        {
            var items = s_users[row.UserId - 1].Items;
            Assert.Equal(items[..row.Item.Length], row.Item);
            Assert.Equal(items[row.Item.Length], row.Target);
            Assert.Equal(items.Length - row.Item.Length, row.Rest);
            Assert.Equal(77, row.NextCategory);
        }
    }

    [Fact]
    public void With_the_next_item_rows_with_labels_end_in_missing_events_and_histories_are_there()
    {
        var rows = new BeautyRows(s_data, 1, Share).Training(fold: 0, nextItem: true).ToLookup(r => float.IsNaN(r.Rest));
        // What training reads is all but two events, what validation reads all but one.
        Assert.All(rows[false], r => Assert.Equal(r.Validation ? 1 : 2, r.Item.Count(i => i == 0)));
        Assert.All(rows[false], r => Assert.Equal(s_users[r.UserId - 1].Items[..BeautyCuts.Of(s_users[r.UserId - 1], 1)[0]], r.Item.TakeWhile(i => i != 0)));
        Assert.Contains(rows[false], r => r.Validation);
        Assert.All(rows[true], r => Assert.DoesNotContain(0, r.Item));
        Assert.Equal(s_users.Select(u => u.Id), rows[true].Select(r => r.UserId));
    }
}
