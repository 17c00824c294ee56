using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class BatchLoaderTests
{
    private readonly TrainingRequest _request = TinyShop.Request(TinyShop.AllTasks);
    private readonly UserSplit _split;
    private readonly BatchBuilder _inputs;
    private readonly LabelBuilder _labels;

    public BatchLoaderTests()
    {
        _split = new UserSplit(_request.Data, _request.Training, nextItem: true, new Random(1));
        _inputs = new BatchBuilder(_request.Data, _request.Model.MaxLength, TestDevice.Current);
        _labels = new LabelBuilder(_request.Data, _split, _request.Model.MaxLength);
    }

    [Fact]
    public void Take_gives_the_batches_in_order_as_packing_each_alone_does_though_memory_goes_round()
    {
        int[][] batches = [[3, 8, 17], [0, 9], [5], [1, 2, 3, 4, 6, 7, 8, 10], [26, 25], [8, 8], [39, 0, 12]];
        var buffers = BatchLoader.Buffers(_request);
        using var loader = new BatchLoader(batches, Fill, buffers);
        foreach (var users in batches)
        {
            using var scope = NewDisposeScope();
            var batch = loader.Take();
            Assert.Contains(batch, buffers);
            Thread.Sleep(5); // the loader has time to overwrite what is in use, if it would
            var alone = new TrainingBatch(_request.Tasks.Count);
            Fill(users, alone);
            AssertSame(alone.Shards[0].Input.ToInput(_request.Data.Schema, TestDevice.Current), batch.Shards[0].Input.ToInput(_request.Data.Schema, TestDevice.Current));
            for (var t = 0; t < _request.Tasks.Count; t++) { AssertSame(Labels(alone, t), Labels(batch, t)); }
            loader.Return(batch);
        }
        Assert.Contains("7 batches", Assert.Throws<InvalidOperationException>(loader.Take).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_a_batch_stay_as_they_are_when_its_memory_is_filled_anew()
    {
        using var scope = NewDisposeScope();
        var batch = new TrainingBatch(_request.Tasks.Count);
        Fill([3, 8, 17], batch);
        var input = batch.Shards[0].Input.ToInput(_request.Data.Schema, TestDevice.Current);
        var labels = Labels(batch, 0)!;
        var (items, values) = (input.Items.clone(), labels.Values.clone());
        Fill([30, 31, 32, 33, 34], batch);
        Assert.True(items.equal(input.Items).all().item<bool>());
        Assert.True(values.equal(labels.Values).all().item<bool>());
    }

    [Fact]
    public void Error_in_packing_surfaces_where_its_batch_is_taken()
    {
        using var loader = new BatchLoader(
            [[1], [2], [3], [4]],
            (users, batch) =>
            {
                if (users[0] == 3) { throw new InvalidOperationException("third"); }
                Fill(users, batch);
            },
            BatchLoader.Buffers(_request));
        for (var i = 0; i < 2; i++) { loader.Return(loader.Take()); }
        Assert.Equal("third", Assert.Throws<InvalidOperationException>(loader.Take).Message);
        Assert.Equal("third", Assert.Throws<InvalidOperationException>(loader.Take).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Dispose_before_the_last_batch_ends_the_thread_and_packs_no_more(int taken)
    {
        var packed = 0;
        var loader = new BatchLoader(
            [.. Enumerable.Range(0, 100).Select(i => new[] { i % 40 })],
            (users, batch) =>
            {
                Interlocked.Increment(ref packed);
                Fill(users, batch);
            },
            BatchLoader.Buffers(_request));
        for (var i = 0; i < taken; i++) { loader.Return(loader.Take()); }
        loader.Dispose();
        var after = packed;
        Assert.InRange(after, taken, taken + BatchLoader.Ahead + 1);
        Thread.Sleep(20);
        Assert.Equal(after, packed);
    }

    [Fact]
    public void Error_in_packing_ends_training_with_it()
    {
        var data = _request.Data;
        data.Labels[1] = [.. data.Labels[1]!.Take(3)]; // too few
        Assert.Throws<IndexOutOfRangeException>(() => Trainer.Train(_request with { Data = data }));
    }

    private void Fill(int[] users, TrainingBatch batch) => batch.Fill(users, _inputs, _labels, _request.Tasks, _split);

    private TaskLabels? Labels(TrainingBatch batch, int task) => batch.Shards[0].Labels[task].ToLabels(_request.Tasks[task] is NextItemTask, TestDevice.Current);

    private static void AssertSame(SequenceInput expected, SequenceInput actual)
    {
        Assert.Equal((expected.Users, expected.Events, expected.MaxLength), (actual.Users, actual.Events, actual.MaxLength));
        AssertSame(expected.Items, actual.Items);
        AssertSame(expected.Positions, actual.Positions);
        AssertSame(expected.Last, actual.Last);
        AssertSame(expected.TimeGaps, actual.TimeGaps);
        AssertSame(expected.KeyFields[0], actual.KeyFields[0]);
        AssertSame(expected.Numbers, actual.Numbers);
        AssertSame(expected.Profiles, actual.Profiles);
        AssertSame(expected.UserOfEvent, actual.UserOfEvent);
        AssertSame(expected.Pad, actual.Pad);
        AssertSame(expected.Unpad, actual.Unpad);
        AssertSame(expected.Mask, actual.Mask);
    }

    private static void AssertSame(TaskLabels? expected, TaskLabels? actual)
    {
        Assert.Equal(expected is null, actual is null);
        AssertSame(expected?.Rows, actual?.Rows);
        AssertSame(expected?.Values, actual?.Values);
        AssertSame(expected?.Candidates, actual?.Candidates);
        AssertSame(expected?.Ends?.Users, actual?.Ends?.Users);
        AssertSame(expected?.Ends?.Items, actual?.Ends?.Items);
    }

    private static void AssertSame(Tensor? expected, Tensor? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is null) { return; }
        Assert.Equal(expected.shape, actual!.shape);
        Assert.Equal(expected.cpu().bytes.ToArray(), actual.cpu().bytes.ToArray());
    }
}
