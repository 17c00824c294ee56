using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>
/// Experts of a task mixture: expert e makes x + V(e) gelu(W(e) x) of x. The sum is the blocks' own, and a mixture of weights that add up to 1 keeps x whole, so that
/// narrow experts do not squeeze the state, which the next item is predicted from. All experts' matrices stand one after another in two.
/// n states, D model, E experts, H hidden units of each.
/// </summary>
internal sealed class ExpertBank : NamedModule
{
    private readonly Dense _inner; // (E·H, D)
    private readonly Dense _outer; // (D, E·H)
    private readonly int _hidden;
    private readonly double _dropout;

    /// <param name="size">D.</param>
    /// <param name="hidden">H.</param>
    /// <param name="experts">E.</param>
    /// <param name="dropout">The share of what experts add that is dropped in training.</param>
    /// <param name="generator">Draws the initial weights.</param>
    public ExpertBank(int size, int hidden, int experts, double dropout, Generator generator)
        : base(nameof(ExpertBank))
    {
        (_hidden, _dropout) = (hidden, dropout);
        var deviation = Math.Sqrt(2.0 / (size + hidden)); // each expert's, not the bank's
        _inner = new Dense(size, experts * hidden, generator, bias: false, deviation);
        _outer = new Dense(experts * hidden, size, generator, bias: false, deviation);
        register_module("inner", _inner);
        register_module("outer", _outer);
    }

    /// <summary>(n, D) → (n, D): one expert.</summary>
    public Tensor Apply(int expert, Tensor x, RandomSource? random)
    {
        var inner = Leaves.Of(_inner.get_parameter("weight")!).narrow(0, (long)expert * _hidden, _hidden); // (H, D)
        var outer = Leaves.Of(_outer.get_parameter("weight")!).narrow(1, (long)expert * _hidden, _hidden); // (D, H)
        return x.Plus(Drop(nn.functional.linear(nn.functional.gelu(nn.functional.linear(x, inner)), outer), random));
    }

    /// <summary>(n, D) → (n, D): all experts, each by its share.</summary>
    /// <param name="x">(n, D).</param>
    /// <param name="shares">(n, E), of sum 1.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    public Tensor Mix(Tensor x, Tensor shares, RandomSource? random)
    {
        var hidden = nn.functional.gelu(_inner.forward(x)).view(x.shape[0], shares.shape[1], _hidden); // (n, E, H)
        return x.Plus(Drop(_outer.forward((hidden * shares.unsqueeze(-1)).view(x.shape[0], -1)), random));
    }

    private Tensor Drop(Tensor added, RandomSource? random) => random is null ? added : random.Dropout(added, _dropout);
}
