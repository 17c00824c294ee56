using SuperMoe.ML.Data;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class LabelBuilderTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    // Lengths 0, 1, 2 and 5; 0 is a missing item.
    private readonly BehaviorDataset _data = new()
    {
        Schema = new BehaviorSchema(99, [], [], HasTime: false, 0),
        Offsets = [0, 0, 1, 3, 8],
        Items = [10, 20, 21, 30, 31, 0, 33, 34],
        Labels = [null, [1, float.NaN, 0, 1], [1, 1, 1, 1]],
        Candidates = [null, null, [5, 6, 0, 7]],
    };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(100)]
    [InlineData(2)] // fewer than the longest user has
    public void NextItems_are_the_known_items_after_each_event_of_the_input(int maxLength)
    {
        var split = Split(0);
        int[] users = [3, 0, 2, 1];
        var labels = NextItems(split, maxLength, users)!;

        // The items that the batch packs, in its order, tell what each row is.
        var input = new BatchBuilder(_data, maxLength, TestDevice.Current).Build(users, [.. users.Select(split.TrainingInputLength)]);
        var packed = Numbers(input.Items);
        (long, long)[] all = [(30, 31), (0, 33), (33, 34), (20, 21)];
        Assert.Equal(maxLength == 100 ? all : all[1..], Numbers(labels.Rows).Select(r => packed[r]).Zip(Numbers(labels.Values)));
        Assert.Equal([0L, 2L], Numbers(labels.Ends!.Value.Users));
        Assert.Equal([34L, 21L], Numbers(labels.Ends!.Value.Items));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2)]
    public void Own_items_are_all_that_training_sees_of_a_user_and_each_label_knows_its_user(int maxLength)
    {
        int[] users = [3, 0, 2, 1];
        var packed = Used();
        new LabelBuilder(_data, Split(0), maxLength).NextItems(users, leavesOwnOut: true, packed);
        var labels = packed.ToLabels(nextItem: true, TestDevice.Current)!;

        var (items, lists) = labels.Own!.Value;
        Assert.Equal(users.Length, items.shape[0]);
        var own = users.Select((_, b) => Numbers(items[b]).Distinct().Order().ToArray()).ToArray();
        Assert.Equal(maxLength == 100 ? [30L, 31L, 33L, 34L] : [33L, 34L], own[0]); // of a longer user what is computed, and the last target
        Assert.Equal([20L, 21L], own[2]);
        long[] targets = [.. Numbers(labels.Values), .. Numbers(labels.Ends!.Value.Items)];
        Assert.Equal(targets.Length, labels.Terms);
        Assert.All(targets.Zip(Numbers(lists)), t => Assert.Contains(t.First, own[t.Second]));

        new LabelBuilder(_data, Split(0), maxLength).NextItems(users, leavesOwnOut: false, packed);
        Assert.Null(packed.ToLabels(nextItem: true, TestDevice.Current)!.Own);
    }

    [Fact]
    public void Own_items_of_kept_users_are_without_the_validation_target()
    {
        var split = Split(0.9); // three of four
        var kept = split.IsValidation(3) ? 3 : 2;
        var packed = new PackedLabels();
        new LabelBuilder(_data, split, 100).NextItems([3, 2], leavesOwnOut: true, packed);
        Assert.DoesNotContain(kept == 3 ? 34L : 21L, Numbers(packed.ToLabels(nextItem: true, TestDevice.Current)!.Own!.Value.Items));
    }

    [Fact]
    public void NextItems_of_users_with_less_than_two_events_are_none() => Assert.Null(NextItems(Split(0), 100, 0, 1));

    [Fact]
    public void NextItems_of_kept_users_end_one_event_earlier()
    {
        var split = Split(0.9); // three of four
        var kept = split.IsValidation(3) ? 3 : 2;
        Assert.True(split.IsValidation(kept));
        var labels = NextItems(split, 100, kept);
        Assert.Equal(kept == 3 ? [31L, 33L] : [], labels is null ? [] : Numbers(labels.Values));
    }

    [Fact]
    public void Labels_are_those_present_of_users_that_are_not_kept()
    {
        var labels = Labels(Split(0), 1, 2, 1, 0)!;
        Assert.Equal([0L, 2L], Numbers(labels.Rows));
        Assert.Equal([0f, 1f], TestDevice.Read(labels.Values));
        Assert.Null(labels.Candidates);
        Assert.Null(Labels(Split(0), 1, 1));

        var split = Split(0.9);
        int[] kept = [.. Enumerable.Range(0, 4).Where(split.IsValidation)];
        Assert.Null(Labels(split, 1, kept));
    }

    [Fact]
    public void Labels_about_a_missing_candidate_are_left_out()
    {
        var labels = Labels(Split(0), 2, 1, 2, 3)!;
        Assert.Equal([0L, 2L], Numbers(labels.Rows));
        Assert.Equal([6L, 7L], Numbers(labels.Candidates!));
    }

    private UserSplit Split(double fraction) => new(_data, new TrainingOptions { ValidationFraction = fraction }, nextItem: true, new Random(1));

    private TaskLabels? NextItems(UserSplit split, int maxLength, params int[] users)
    {
        var packed = Used();
        new LabelBuilder(_data, split, maxLength).NextItems(users, leavesOwnOut: false, packed);
        return packed.ToLabels(nextItem: true, TestDevice.Current);
    }

    private TaskLabels? Labels(UserSplit split, int task, params int[] users)
    {
        var packed = Used();
        new LabelBuilder(_data, split, 100).Labels(task, users, packed);
        return packed.ToLabels(nextItem: false, TestDevice.Current);
    }

    // Memory that has held another batch.
    private PackedLabels Used()
    {
        var packed = new PackedLabels();
        new LabelBuilder(_data, Split(0), 100).NextItems([3, 2], leavesOwnOut: true, packed);
        packed.Values.Add(7);
        return packed;
    }

    private static long[] Numbers(Tensor t) => t.cpu().data<long>().ToArray();
}
