using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Tensors in memory of the <see cref="TensorPool"/>, which goes back when this is disposed.</summary>
internal sealed class PooledTensors : IDisposable
{
    private readonly List<Tensor> _memory = [];

    /// <summary>A tensor of any content, in the dispose scope around; not to be used after this is disposed.</summary>
    public Tensor Make(ScalarType type, params long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var memory = TensorPool.Take(type, count);
        _memory.Add(memory);
        using var part = memory.narrow(0, 0, count);
        return part.view(shape);
    }

    public void Dispose()
    {
        foreach (var memory in _memory) { TensorPool.Give(memory); }
        _memory.Clear();
    }
}
