using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

public sealed class SeenEventsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 })] // of unequal lengths, the first without events
    [InlineData(new[] { 2, 3 })] // of equal lengths: no padding
    [InlineData(new[] { 0 })]
    public void Pooled_events_are_the_same_by_torchs_operators_as_by_passes_over_packed_rows(int[] users)
    {
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(9, [], [], HasTime: false, 0),
            Offsets = [0, 0, 1, 4, 7],
            Items = [1, 2, 1, 2, 2, 9, 1],
        };
        var input = new BatchBuilder(data, 5, TestDevice.Current).Build(users, [.. users.Select(data.Length)]);
        var events = TestDevice.Tensor([.. Enumerable.Range(0, input.Events * 6).Select(i => MathF.Sin(i))], input.Events, 6);
        foreach (var power in (float[])[0.5f, 1])
        {
            var packed = SeenEvents.Pool(input, events, power);
            var padded = SeenEvents.Pool(input, events.detach().clone().requires_grad_(), power); // those have gradients
            Assert.Equal([users.Length, 6L], packed.shape);
            Assert.Equal(TestDevice.Read(packed), TestDevice.Read(padded.detach()), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 })]
    [InlineData(new[] { 2, 3 })]
    public void The_encoder_pools_the_vectors_of_each_users_events_over_the_root_of_their_number(int[] users)
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        using var model = Trainer.Train(request).Model;
        var data = request.Data;
        var input = new BatchBuilder(data, request.Model.MaxLength, TestDevice.Current).Build(users, [.. users.Select(data.Length)]);
        using var off = no_grad();

        var output = model.Encoder.Encode(input, [0], events: false, null, seen: true, pools: true);

        float[] mean = TestDevice.Read(output.Seen!.Mean), pooled = TestDevice.Read(output.Pooled!);
        for (var i = 0; i < pooled.Length; i++) { Assert.Equal(mean[i] * MathF.Sqrt(data.Length(users[i / model.Encoder.Size])), pooled[i], 1e-4f); }
        Assert.Null(model.Encoder.Encode(input, [0], events: false, null).Pooled);
    }
}
