using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model.Attention;

/// <summary>
/// Multi-head attention (Vaswani et al. 2017) of two kinds of token. Events attend to themselves and earlier events. Indicator tokens attend
/// to all events of their user and to themselves, never to each other, and events never to them: so an event's state does not depend on
/// which tasks exist, nor a task's on the others.
/// Shapes: N events, B users, T indicators a user, L longest sequence, h heads, d = D / h.
/// </summary>
internal sealed class EventAttention : NamedModule
{
    private readonly Dense _project; // D → 3 D: queries, keys, values
    private readonly Dense _merge; // D → D
    private readonly int _heads;

    public EventAttention(int size, int heads, Generator generator)
        : base(nameof(EventAttention))
    {
        _heads = heads;
        _project = new Dense(size, 3 * size, generator);
        _merge = new Dense(size, size, generator);
        register_module("project", _project);
        register_module("merge", _merge);
    }

    /// <summary>The attended states.</summary>
    /// <param name="x">(N + B·T, D): events, then indicators, user after user.</param>
    /// <param name="input">Where events stand.</param>
    /// <param name="indicators">T.</param>
    /// <param name="events">Which events' own states are needed.</param>
    /// <param name="compute">What the projections are multiplied in; attention itself is float32.</param>
    /// <param name="looks">Whether the second result is needed.</param>
    /// <returns>(n + B·T, D), where n is N, B or 0 by <paramref name="events"/>; and (B, T, L + 1), as in <see cref="ModelOutput.Looks"/>.</returns>
    public (Tensor States, Tensor? Looks) Attend(
        Tensor x, SequenceInput input, int indicators, EventStates events, ComputePrecision compute, bool looks = false)
    {
        if (AttentionWork.Suits(x, _heads, input.Mask))
        {
            using var projected = compute.Restore(_project.MultiplyTiled(x, compute));
            var tokens = new AttentionTokens(input.Events, input.Users, input.MaxLength, indicators, input.Unpad, input.Mask);
            var (seen, looked) = AttentionFunction.Apply(projected, tokens, _heads, events, looks);
            using (seen) { return (compute.Restore(_merge.MultiplyTiled(seen, compute)), looked); }
        }
        if (looks || is_grad_enabled() || compute.Type != ScalarType.Float32) { return AttendStepwise(x, input, indicators, events, compute, looks); }
        var states = AttentionKernel.Apply(
            x,
            _project.Weights,
            _merge.Weights,
            [input.Events, input.Users, input.MaxLength, _heads, indicators, (long)events],
            input.Pad,
            input.Unpad,
            input.Last,
            input.Mask);
        return (states, null);
    }

    /// <summary>The same, an operator at a time, with gradients.</summary>
    public (Tensor States, Tensor? Looks) AttendStepwise(
        Tensor x, SequenceInput input, int indicators, EventStates events, ComputePrecision compute, bool looks = false)
    {
        Tensor? weights = null;
        var projected = compute.Restore(_project.Multiply(x, compute)); // (N + B·T, 3 D)
        var (q, k, v) = Pad(projected.narrow(0, 0, input.Events), input); // (B, h, L, d) each
        var parts = new List<Tensor>(2);
        if (events == EventStates.All && input.Events > 0) { parts.Add(AllStates(q!, k!, v!, input)); }
        if (events == EventStates.Last) { parts.Add(LastStates(projected.index_select(0, input.Last!), k!, v!, input)); }
        if (indicators > 0)
        {
            (var states, weights) = IndicatorStates(projected.narrow(0, input.Events, (long)input.Users * indicators), k, v, input.Mask, indicators);
            parts.Add(states);
        }
        return (compute.Restore(_merge.Multiply(parts.Count == 1 ? parts[0] : cat([.. parts]), compute)), looks ? weights?.detach().mean([1L]) : null);
    }

    /// <summary>The events' keys and values, for tokens that are computed later; <see langword="null"/> without events.</summary>
    /// <param name="x">(N + B·T, D): events, then indicators.</param>
    /// <param name="input">Where events stand.</param>
    public EventKeys? Keys(Tensor x, SequenceInput input)
    {
        if (input.Events == 0) { return null; }
        var (weight, bias) = _project.Weights;
        var size = weight.shape[1];
        var projected = nn.functional.linear(x.narrow(0, 0, input.Events), weight.narrow(0, size, 2 * size), bias.narrow(0, size, 2 * size)); // (N, 2 D)
        if (input.Pad is not null) { projected = projected.index_select(0, input.Pad); }
        var parts = projected.view(input.Users, input.MaxLength, 2, _heads, -1).permute(2, 0, 3, 1, 4); // (2, B, h, L, d)
        return new EventKeys(parts[0], parts[1]);
    }

    /// <summary>The attended states of one token a user, which sees the events and itself, as indicators do.</summary>
    /// <param name="x">(B, D).</param>
    /// <param name="seen">The events; <see langword="null"/> without any.</param>
    /// <param name="mask">As <see cref="SequenceInput.Mask"/>.</param>
    /// <returns>(B, D).</returns>
    public Tensor AttendLate(Tensor x, EventKeys? seen, Tensor? mask) =>
        _merge.forward(IndicatorStates(_project.forward(x), seen?.Keys, seen?.Values, mask, 1).States);

    private static Tensor AllStates(Tensor q, Tensor k, Tensor v, SequenceInput input)
    {
        var attended = nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true); // (B, h, L, d); padding stands last, so nobody looks at it
        var flat = attended.transpose(1, 2).reshape((long)input.Users * input.MaxLength, -1); // (B·L, D)
        return input.Unpad is null ? flat : flat.index_select(0, input.Unpad);
    }

    // The latest event sees all events of its user.
    private Tensor LastStates(Tensor projected, Tensor k, Tensor v, SequenceInput input)
    {
        var q = projected.narrow(1, 0, projected.shape[1] / 3).view(input.Users, 1, _heads, -1).transpose(1, 2); // (B, h, 1, d)
        var scores = matmul(q, k.transpose(-2, -1)).mul(Scalars.Of(1 / Math.Sqrt(q.shape[^1]))); // (B, h, 1, L)
        if (input.Mask is not null) { scores = scores.Plus(input.Mask); }
        return Join(matmul(scores.softmax(-1), v), input.Users);
    }

    // And (B, h, T, L + 1): what they look at, themselves last.
    private (Tensor States, Tensor Weights) IndicatorStates(Tensor projected, Tensor? k, Tensor? v, Tensor? mask, int indicators)
    {
        var rows = projected.shape[0];
        var own = Split(projected, rows / indicators, indicators);
        var scale = Scalars.Of(1 / Math.Sqrt(own.Q.shape[^1]));
        var self = (own.Q * own.K).sum(-1, keepdim: true).mul(scale); // (B, h, T, 1)
        if (k is null || v is null) { return (Join(own.V, rows), ones_like(self)); }
        var length = k.shape[2];
        var scores = matmul(own.Q, k.transpose(-2, -1)).mul(scale); // (B, h, T, L)
        if (mask is not null) { scores = scores.Plus(mask); }
        var weights = cat([scores, self], -1).softmax(-1); // (B, h, T, L + 1)
        var attended = matmul(weights.narrow(-1, 0, length), v).Plus(weights.narrow(-1, length, 1) * own.V);
        return (Join(attended, rows), weights);
    }

    private (Tensor? Q, Tensor? K, Tensor? V) Pad(Tensor projected, SequenceInput input)
    {
        if (input.Events == 0) { return (null, null, null); }
        return Split(input.Pad is null ? projected : projected.index_select(0, input.Pad), input.Users, input.MaxLength);
    }

    // (users · length, 3 D) → three of (users, h, length, d)
    private (Tensor Q, Tensor K, Tensor V) Split(Tensor projected, long users, long length)
    {
        var parts = projected.view(users, length, 3, _heads, -1).permute(2, 0, 3, 1, 4); // (3, users, h, length, d)
        return (parts[0], parts[1], parts[2]);
    }

    private static Tensor Join(Tensor attended, long rows) => attended.transpose(1, 2).reshape(rows, -1);
}
