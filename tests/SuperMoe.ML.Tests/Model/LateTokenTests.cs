using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

/// <summary>A token that is computed after the events is what an indicator is among them.</summary>
public sealed class LateTokenTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TrainingRequest _request = TinyShop.Request(TinyShop.AllTasks);
    private readonly MultiTaskModel _model;

    public LateTokenTests()
    {
        _model = ModelSetup.Create(_request, new UserSplit(_request.Data, _request.Training, nextItem: true, new Random(1)));
        _model.to(_request.Device);
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(3, 12)] // users of several lengths, one of them without events
    [InlineData(9, 1)] // no events at all
    [InlineData(8, 1)] // no padding
    public void A_copy_of_the_embedding_s_token_has_the_embedding_s_state(int first, int users)
    {
        using var noGrad = no_grad();
        var states = Encode(first, users, events: true);
        var late = _model.Encoder.EncodeLate(_model.Encoder.EmbeddingToken, states.Seen!);
        Assert.True(late.allclose(states.Indicators!.select(1, 0), rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void The_mean_of_a_user_without_events_among_others_is_0()
    {
        var seen = Encode(3, 12, events: true).Seen!;
        int[] lengths = [.. Enumerable.Range(3, 12).Select(_request.Data.Length)];
        Assert.Contains(0, lengths);
        for (var u = 0; u < lengths.Length; u++) { Assert.Equal(lengths[u] > 0, TestDevice.Read(seen.Mean.select(0, u)).Any(m => m != 0)); }
        Assert.All(TestDevice.Read(seen.Mean), m => Assert.True(float.IsFinite(m)));
    }

    [Fact]
    public void States_are_the_same_bits_whether_tokens_follow_or_not()
    {
        using var noGrad = no_grad();
        var input = Input(1, 8); // all with events: nobody asks for the latest event of users without
        var alone = _model.Encoder.EncodeLast(input, [0, 2]);
        var seen = _model.Encoder.EncodeLast(input, [0, 2], seen: true);
        Assert.Null(alone.Seen);
        Assert.True(alone.Events!.equal(seen.Events!).all().item<bool>());
        Assert.True(alone.Indicators!.equal(seen.Indicators!).all().item<bool>());
    }

    [Fact]
    public void Adapters_begin_as_if_there_were_none_and_matter_later()
    {
        using var generator = new Generator(5);
        using var added = new AddedToken(_request.Model, 4, generator);
        added.to(_request.Device);
        added.BeginAs(_model.Encoder);
        var seen = Encode(0, 20, events: false).Seen!;
        using (no_grad())
        {
            var begun = added.Encode(_model.Encoder, seen, null);
            Assert.True(begun.allclose(_model.Encoder.EncodeLate(_model.Encoder.EmbeddingToken, seen)));
            foreach (var (name, weight) in added.named_parameters())
            {
                if (!name.EndsWith("up.weight", StringComparison.Ordinal)) { continue; }
                weight.copy_(TestDevice.Normal(7, weight.shape)); // not all alike: what all of D have in common the last norm takes away
                Assert.False(added.Encode(_model.Encoder, seen, null).allclose(begun), name);
                weight.zero_();
            }
        }
    }

    [Fact]
    public void Gradients_reach_the_token_and_every_adapter()
    {
        using var generator = new Generator(5);
        using var added = new AddedToken(_request.Model, 4, generator);
        added.to(_request.Device);
        added.BeginAs(_model.Encoder);
        foreach (var parameter in _model.parameters()) { parameter.requires_grad_(false); }
        SeenEvents seen;
        using (no_grad()) { seen = Encode(0, 20, events: false).Seen!; }
        using var random = new RandomSource(3, _request.Device);
        added.Encode(_model.Encoder, seen, random).square().sum().backward();
        Assert.All(added.named_parameters(), p => Assert.True(p.parameter.grad is not null, p.name));
        Assert.True(added.get_parameter("token")!.grad!.abs().sum().item<float>() > 0);
        Assert.All(
            added.named_parameters().Where(p => p.name.EndsWith("up.weight", StringComparison.Ordinal)),
            p => Assert.True(p.parameter.grad!.abs().sum().item<float>() > 0, p.name));
        Assert.All(_model.parameters(), p => Assert.Null(p.grad));
    }

    private ModelOutput Encode(int first, int users, bool events)
    {
        using var noGrad = no_grad();
        return _model.Encoder.Encode(Input(first, users), [0, 1], events, null, seen: true);
    }

    private SequenceInput Input(int first, int users)
    {
        int[] all = [.. Enumerable.Range(first, users)];
        return new BatchBuilder(_request.Data, _request.Model.MaxLength, _request.Device).Build(all, [.. all.Select(_request.Data.Length)]);
    }
}
