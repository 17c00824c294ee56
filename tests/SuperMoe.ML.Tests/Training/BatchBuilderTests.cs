using SuperMoe.ML.Data;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class BatchBuilderTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    private readonly BehaviorDataset _data = new()
    {
        Schema = new BehaviorSchema(99, [new KeyField("K", 9)], ["N"], HasTime: true, 2),
        Offsets = [0, 0, 1, 4],
        Items = [10, 20, 21, 22],
        KeyFields = [[1, 2, 3, 4]],
        NumberFields = [[0.5f, 1, float.NaN, 3]],
        Times = [100, 50, 53, 53],
        Profiles = [1, 2, 3, 4, 5, float.NaN],
    };

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Build_packs_the_latest_events_of_each_input_user_after_user()
    {
        var input = new BatchBuilder(_data, 2, TestDevice.Current).Build([2, 0, 1], [3, 0, 1]);

        Assert.Equal((3, 3, 2), (input.Users, input.Events, input.MaxLength));
        Assert.Equal([21L, 22L, 10L], Numbers(input.Items));
        Assert.Equal([3L, 4L, 1L], Numbers(input.KeyFields[0]));
        Assert.Equal([float.NaN, 3f, 0.5f], TestDevice.Read(input.Numbers!));
        Assert.Equal([1L, 0L, 0L], Numbers(input.Positions));
        Assert.Equal([3L, 1L, 0L], Numbers(input.TimeGaps!)); // 3 s after the event that is cut off; at once; a first event
        Assert.Equal([5f, float.NaN, 1f, 2f, 3f, 4f], TestDevice.Read(input.Profiles!));
        Assert.Equal([0L, 0L, 2L], Numbers(input.UserOfEvent!));
        Assert.Equal([0L, 1L, 4L], Numbers(input.Unpad!));
        Assert.Equal([0L, 1L], Numbers(input.Pad!)[..2]);
        Assert.Equal(2L, Numbers(input.Pad!)[4]);
        const float No = float.NegativeInfinity;
        Assert.Equal([0, 0, No, No, 0, No], TestDevice.Read(input.Mask!));
    }

    [Fact]
    public void Build_of_equal_lengths_needs_no_padding()
    {
        var input = new BatchBuilder(_data, 9, TestDevice.Current).Build([1, 2], [1, 1]);
        Assert.Equal([10L, 20L], Numbers(input.Items)); // the oldest of the second user
        Assert.Null(input.Pad);
        Assert.Null(input.Unpad);
        Assert.Null(input.Mask);
    }

    [Fact]
    public void Build_of_users_without_events_has_shapes_of_no_rows()
    {
        var input = new BatchBuilder(_data, 9, TestDevice.Current).Build([0, 0], [0, 0]);
        Assert.Equal((2, 0, 0), (input.Users, input.Events, input.MaxLength));
        Assert.Equal([0L, 1L], input.Numbers!.shape);
        Assert.Equal([2L, 2L], input.Profiles!.shape);
    }

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(0.99, 1)]
    [InlineData(1, 2)]
    [InlineData(7, 4)]
    [InlineData(1e30, 39)]
    [InlineData(double.PositiveInfinity, 39)]
    public void TimeGapBucket_is_the_logarithm_of_the_seconds(double seconds, int bucket) =>
        Assert.Equal(bucket, BatchBuilder.TimeGapBucket(seconds));

    private static long[] Numbers(Tensor t) => t.cpu().data<long>().ToArray();
}
