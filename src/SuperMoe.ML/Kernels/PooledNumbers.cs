using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Float32 memory of the <see cref="TensorPool"/>, of one dimension and any content, which goes back when this is disposed.</summary>
/// <param name="count">How many numbers at least.</param>
internal readonly struct PooledNumbers(long count) : IDisposable
{
    /// <summary>The memory; not to be used after this is disposed.</summary>
    public Tensor Tensor { get; } = TensorPool.Take(ScalarType.Float32, count);

    public void Dispose() => TensorPool.Give(Tensor);
}
