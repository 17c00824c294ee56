using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.Attention;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model.Attention;

public sealed class EventAttentionTests : IDisposable
{
    private const int Size = 8;
    private const int Heads = 2;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly EventAttention _attention;

    public EventAttentionTests()
    {
        using var generator = new Generator(5);
        _attention = new EventAttention(Size, Heads, generator);
        _attention.to(TestDevice.Current);
        using var noGrad = no_grad();
        foreach (var parameter in _attention.parameters().Where(p => p.dim() == 1)) { parameter.copy_(TestDevice.Normal(6, parameter.shape)); }
    }

    public void Dispose()
    {
        _attention.Dispose();
        _scope.Dispose();
    }

    public static TheoryData<int[], int> Cases() => new()
    {
        { [3, 1, 5], 3 }, { [3, 1, 5], 0 }, { [4, 4], 2 }, { [0, 2, 0], 1 }, { [0, 0], 2 }, { [1], 1 }, { [1], 0 }, { [2, 0], 0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attend_equals_a_loop_over_users_heads_and_tokens(int[] lengths, int indicators)
    {
        var input = Packed.Lengths(lengths);
        var rows = input.Events + (input.Users * indicators);
        var incoming = TestDevice.Normal(7, rows, Size);
        var (fast, fastGradient) = Run(x => _attention.Attend(x, input, indicators, EventStates.All, ComputePrecision.Float32).States);
        var (plain, plainGradient) = Run(x => Reference(x, lengths, indicators));

        Assert.True(fast.allclose(plain, 1e-4, 1e-5));
        Assert.True(fastGradient.allclose(plainGradient, 1e-3, 1e-5));

        (Tensor, Tensor) Run(Func<Tensor, Tensor> function)
        {
            var x = TestDevice.Normal(8, rows, Size).requires_grad_();
            var y = function(x);
            return (y, autograd.grad([y], [x], [incoming])[0]);
        }
    }

    [Theory]
    [InlineData(40, 3, 2, nameof(EventStates.All))]
    [InlineData(40, 3, 2, nameof(EventStates.Last))]
    [InlineData(40, 3, 2, nameof(EventStates.None))]
    [InlineData(60, 0, 2, nameof(EventStates.None))] // no events at all
    [InlineData(60, 2, 0, nameof(EventStates.All))]
    public void Attend_without_gradients_to_many_rows_of_broken_vectors_equals_that_with_gradients(int users, int length, int indicators, string needed)
    {
        var events = Enum.Parse<EventStates>(needed);
        const int Wide = 16; // whole vectors for the projections, and half ones for each head
        using var generator = new Generator(5);
        using var attention = new EventAttention(Wide, Heads, generator);
        attention.to(TestDevice.Current);
        var input = Packed.Lengths([.. Enumerable.Range(0, users).Select(u => length == 0 ? 0 : 1 + (u % length))]);
        var x = TestDevice.Normal(8, input.Events + (input.Users * indicators), Wide);
        var expected = attention.AttendStepwise(x, input, indicators, events, ComputePrecision.Float32).States;
        Assert.True(expected.requires_grad); // by libtorch's products
        using var noGrad = no_grad();
        Close(expected, attention.Attend(x, input, indicators, events, ComputePrecision.Float32).States, 1e-4);
    }

    public static TheoryData<int[], int, int, int> Histories() => new()
    {
        { [3, 1, 5], 2, 16, 2 }, { [4, 4], 1, 16, 1 }, { [0, 2, 0], 2, 16, 1 }, { [0, 0], 2, 16, 2 }, { [2, 0], 2, 16, 0 }, { [1], 2, 32, 5 },
        { [15, 16, 17, 33], 2, 32, 4 }, { [100, 7, 64], 3, 48, 6 }, { [16, 16], 4, 16, 0 },
        { [.. Enumerable.Range(0, 400).Select(u => 1 + (u * 7 % 50))], 2, 32, 1 }, { [500, 300], 2, 16, 1 }, // several parts: of users, and of a user's heads
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public void Attend_to_heads_of_whole_vectors_equals_it_an_operator_at_a_time(int[] lengths, int heads, int part, int indicators)
    {
        var size = heads * part;
        using var generator = new Generator(5);
        using var attention = new EventAttention(size, heads, generator);
        attention.to(TestDevice.Current);
        var input = Packed.Lengths(lengths);
        var values = TestDevice.Normal(8, input.Events + (input.Users * indicators), size) * 3;
        foreach (var events in Enum.GetValues<EventStates>())
        {
            if ((events == EventStates.Last && lengths.Contains(0)) || (events == EventStates.None && indicators == 0)) { continue; }
            foreach (var masked in Masked(input, events == EventStates.Last ? 0 : indicators))
            {
                var fast = Run(x => attention.Attend(x, masked, indicators, events, ComputePrecision.Float32, looks: true));
                var plain = Run(x => attention.AttendStepwise(x, masked, indicators, events, ComputePrecision.Float32, looks: true));
                Close(plain.States, fast.States, 1e-4);
                Close(plain.Gradient, fast.Gradient, 1e-4);
                if (indicators > 0) { Close(plain.Looks!, fast.Looks!, 1e-5); }
                using var noGrad = no_grad();
                Close(plain.States, attention.Attend(values, masked, indicators, events, ComputePrecision.Float32).States, 1e-4);
            }
        }

        (Tensor States, Tensor Gradient, Tensor? Looks) Run(Func<Tensor, (Tensor, Tensor?)> function)
        {
            var x = values.detach().requires_grad_();
            var (states, looks) = function(x);
            return (states, autograd.grad([states], [x], [TestDevice.Normal(7, states.shape)])[0], looks);
        }
    }

    // As it is; with some events that nobody sees; and with some that each indicator does not, one of the first user's all.
    private static IEnumerable<SequenceInput> Masked(SequenceInput input, int indicators)
    {
        yield return input;
        if (input.Events == 0) { yield break; }
        foreach (var rows in indicators > 1 ? new[] { 1, indicators } : [1])
        {
            var hidden = TestDevice.Normal(9, input.Users, 1, rows, input.MaxLength).gt(0.5);
            if (rows > 1) { hidden[0, 0, 0].fill_(true); }
            else { hidden.select(3, 0).fill_(false); } // the latest event sees one at least
            var mask = zeros(hidden.shape, device: TestDevice.Current).masked_fill_(hidden, double.NegativeInfinity);
            yield return input with { Mask = input.Mask is null ? mask : mask + input.Mask };
        }
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(actual.allclose(expected, tolerance, tolerance), $"{(actual - expected).abs().max().item<float>()}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attend_for_indicators_only_equals_their_part_of_all(int[] lengths, int indicators)
    {
        if (indicators == 0) { return; }
        var input = Packed.Lengths(lengths);
        var count = input.Users * indicators;
        var x = TestDevice.Normal(8, input.Events + count, Size);

        var all = _attention.Attend(x, input, indicators, EventStates.All, ComputePrecision.Float32).States;
        var some = _attention.Attend(x, input, indicators, EventStates.None, ComputePrecision.Float32).States;

        Assert.Equal([count, Size], some.shape);
        Assert.True(some.allclose(all.narrow(0, input.Events, count), 1e-5, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attend_for_latest_events_equals_their_part_of_all(int[] lengths, int indicators)
    {
        if (lengths.Contains(0)) { return; }
        var input = Packed.Lengths(lengths);
        var x = TestDevice.Normal(8, input.Events + (input.Users * indicators), Size);

        var all = _attention.Attend(x, input, indicators, EventStates.All, ComputePrecision.Float32).States;
        var some = _attention.Attend(x, input, indicators, EventStates.Last, ComputePrecision.Float32).States;

        var last = all.index_select(0, input.Last!);
        Assert.True(some.narrow(0, 0, input.Users).allclose(last, 1e-5, 1e-6));
        Assert.True(some.narrow(0, input.Users, some.shape[0] - input.Users).allclose(all.narrow(0, input.Events, all.shape[0] - input.Events), 1e-5, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attend_without_gradients_equals_it_an_operator_at_a_time(int[] lengths, int indicators)
    {
        var input = Packed.Lengths(lengths);
        var x = TestDevice.Normal(8, input.Events + (input.Users * indicators), Size);
        using var noGrad = no_grad();
        foreach (var states in Enum.GetValues<EventStates>())
        {
            if ((states == EventStates.Last && lengths.Contains(0)) || (states == EventStates.None && indicators == 0)) { continue; }
            for (var again = 0; again < 3; again++) // TorchScript recompiles what it has seen
            {
                var fast = _attention.Attend(x, input, indicators, states, ComputePrecision.Float32).States;
                var plain = _attention.AttendStepwise(x, input, indicators, states, ComputePrecision.Float32).States;
                // TorchScript joins operators into kernels of its own on a GPU, which round once less.
                if (TestDevice.IsCuda) { Assert.True(fast.allclose(plain, 1e-5, 1e-6)); }
                else { Assert.Equal(TestDevice.Read(plain), TestDevice.Read(fast)); }
            }
        }
    }

    [Fact]
    public void Attend_in_bfloat16_is_near_that_in_float32_with_gradients()
    {
        using var generator = new Generator(5);
        using var attention = new EventAttention(32, Heads, generator);
        attention.to(TestDevice.Current);
        var input = Packed.Lengths([7, 20, 3]);
        var (rough, roughGradient) = Run(new ComputePrecision(ScalarType.BFloat16));
        var (exact, gradient) = Run(ComputePrecision.Float32);

        Assert.Equal(ScalarType.Float32, rough.dtype);
        Close(exact, rough, 0.05);
        Close(gradient, roughGradient, 0.05);

        (Tensor, Tensor) Run(ComputePrecision compute)
        {
            var x = TestDevice.Normal(8, input.Events + input.Users, 32).requires_grad_();
            var y = attention.Attend(x, input, 1, EventStates.All, compute).States;
            return (y, autograd.grad([y], [x], [TestDevice.Normal(7, y.shape)])[0]);
        }
    }

    private Tensor Reference(Tensor x, int[] lengths, int indicators)
    {
        var weights = _attention.state_dict();
        var projected = matmul(x, weights["project.weight"].t()) + weights["project.bias"];
        var rows = new Tensor[x.shape[0]];
        int first = 0, events = lengths.Sum();
        for (var u = 0; u < lengths.Length; first += lengths[u++])
        {
            for (var i = 0; i < lengths[u]; i++) { rows[first + i] = Attended(first + i, [.. Enumerable.Range(first, i + 1)]); }
            for (var t = 0; t < indicators; t++)
            {
                var self = events + (u * indicators) + t;
                rows[self] = Attended(self, [.. Enumerable.Range(first, lengths[u]), self]);
            }
        }
        return matmul(stack(rows), weights["merge.weight"].t()) + weights["merge.bias"];

        Tensor Attended(int query, int[] keys) => cat([.. Enumerable.Range(0, Heads).Select(h => Head(query, keys, h))]);

        Tensor Head(int query, int[] keys, int head)
        {
            const int Part = Size / Heads;
            Tensor Of(int row, int kind) => projected[row].narrow(0, (kind * Size) + (head * Part), Part);
            var scores = stack([.. keys.Select(k => (Of(query, 0) * Of(k, 1)).sum() / Math.Sqrt(Part))]);
            var shares = scores.softmax(0);
            return keys.Select((k, i) => shares[i] * Of(k, 2)).Aggregate((a, b) => a + b);
        }
    }
}
