using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>Adagrad with one accumulator a row, of the mean squared gradient of the row (Mudigere et al. 2021, as in FBGEMM's exact row-wise Adagrad).</summary>
internal sealed class RowWiseAdagrad(Tensor weight) : IRowOptimizer
{
    private const double Epsilon = 1e-8;

    private readonly Tensor _squares = zeros([weight.shape[0], 1], weight.dtype, weight.device).DetachFromDisposeScope();

    public Tensor Update(Tensor rows, Tensor gradient)
    {
        var sum = _squares.index_select(0, rows) + gradient.square().mean([1L], keepdim: true);
        _squares.index_copy_(0, rows, sum);
        return gradient / sum.sqrt().add(Scalars.Of(Epsilon));
    }

    public void Dispose() => _squares.Dispose();
}
