using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>What the forward pass of <see cref="ExpertFunction"/> leaves to the backward pass, which gives it back at once.</summary>
/// <param name="Memory">Of what follows the rows.</param>
/// <param name="Gates">(T, K).</param>
/// <param name="W1">(E, D, H).</param>
/// <param name="W2">(E, H, D).</param>
/// <param name="Rows">Where assignments stand.</param>
/// <param name="Sorted">(R, D): the tokens.</param>
/// <param name="Slopes">(R, H): the derivatives of GELU.</param>
/// <param name="Hidden">(R, H): hidden units after GELU.</param>
/// <param name="Output">(R, D): the experts' outputs, not weighted.</param>
internal sealed record ExpertState(
    PooledTensors Memory, Tensor Gates, Tensor W1, Tensor W2, ExpertRows Rows, Tensor Sorted, Tensor Slopes, Tensor Hidden, Tensor Output) : IDisposable
{
    private Tensor[] All => [Gates, W1, W2, Sorted, Slopes, Hidden, Output];

    /// <summary>Takes it out of the dispose scope: the backward pass may come after that, on another thread.</summary>
    public void Detach()
    {
        foreach (var tensor in All) { tensor.DetachFromDisposeScope(); }
    }

    public void Dispose()
    {
        foreach (var tensor in All) { tensor.Dispose(); }
        Memory.Dispose();
        Rows.Dispose();
    }
}
