using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>Adam (Kingma and Ba 2015) whose moments of a row move only in steps that use the row; bias is corrected by the table's steps, as in PyTorch's SparseAdam.</summary>
internal sealed class LazyAdam(Tensor weight) : IRowOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Tensor _means = zeros_like(weight).DetachFromDisposeScope();
    private readonly Tensor _squares = zeros_like(weight).DetachFromDisposeScope();
    private int _step;

    public Tensor Update(Tensor rows, Tensor gradient)
    {
        _step++;
        var m = _means.index_select(0, rows).lerp(gradient, tensor((float)(1 - Beta1), device: gradient.device));
        var v = _squares.index_select(0, rows).lerp(gradient.square(), tensor((float)(1 - Beta2), device: gradient.device));
        _means.index_copy_(0, rows, m);
        _squares.index_copy_(0, rows, v);
        return m / tensor(1 - Math.Pow(Beta1, _step)) / (v / tensor(1 - Math.Pow(Beta2, _step))).sqrt().add(Scalars.Of(Epsilon));
    }

    public void Dispose()
    {
        _means.Dispose();
        _squares.Dispose();
    }
}
