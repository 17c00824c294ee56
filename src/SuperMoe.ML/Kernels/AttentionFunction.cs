using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Attention on the CPU in float32, with a backward pass of its own (<see cref="AttentionForward"/>, <see cref="AttentionBackward"/>). N events, B users, L longest sequence, T indicators a user, h heads, D model.
/// </summary>
internal sealed class AttentionFunction : autograd.SingleTensorFunction<AttentionFunction>
{
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(AttentionFunction);

    /// <summary>What the tokens see.</summary>
    /// <param name="projected">(N + B·T, 3 D) float32: queries, keys and values of the events, then of the indicators.</param>
    /// <param name="tokens">Where they stand.</param>
    /// <param name="heads">h.</param>
    /// <param name="states">Which events' own states are needed.</param>
    /// <param name="looks">Whether the second result is needed, which has no gradient.</param>
    /// <returns>(n + B·T, D), where n is N, B or 0; and (B, T, L + 1): what indicators look at, the mean over heads, themselves last.</returns>
    public static (Tensor Seen, Tensor? Looks) Apply(Tensor projected, AttentionTokens tokens, int heads, EventStates states, bool looks)
    {
        var size = (int)(projected.size(1) / 3);
        var shares = looks && tokens.Indicators > 0 ? zeros(heads, tokens.Users, tokens.Indicators, tokens.Length + 1, ScalarType.Float32, CPU) : null;
        if (is_grad_enabled() && projected.requires_grad)
        {
            var kept = new AttentionWork(tokens, heads, size, states, keeps: true);
            return (apply(projected, kept, shares!), Mean(shares));
        }
        using var work = new AttentionWork(tokens, heads, size, states, keeps: false);
        return (AttentionForward.Run(work, projected, null, shares), Mean(shares));

        static Tensor? Mean(Tensor? ofHeads)
        {
            using (ofHeads) { return ofHeads?.mean([0L]); }
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (projected, work) = ((Tensor)vars[0], (AttentionWork)vars[1]);
        var sums = empty(work.Rows, work.Heads, ScalarType.Float32, CPU).DetachFromDisposeScope();
        var seen = AttentionForward.Run(work, projected, sums, (Tensor?)vars[2]);
        // What it gave is not kept: it holds this function, which would hold it, and a graph without a backward pass would live on.
        ctx.save_data(Key, new Saved(work, projected.alias().DetachFromDisposeScope(), sums));
        return seen;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is the second time.</exception>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var lead = SideBySide.Lead();
        using var saved = (Saved)ctx.get_data(Key);
        if (saved.Work.IsDisposed) { throw new InvalidOperationException("Attention has one backward pass; what it needs is given back after that."); }
        using var gradient = grad_output.contiguous();
        return [AttentionBackward.Run(saved.Work, saved.Projected, saved.Sums, gradient), null!, null!];
    }

    private sealed record Saved(AttentionWork Work, Tensor Projected, Tensor Sums) : IDisposable
    {
        public void Dispose()
        {
            Work.Dispose();
            Projected.Dispose();
            Sums.Dispose();
        }
    }
}
