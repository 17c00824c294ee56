namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>Memory that a thread's tiles share: parts of one piece of the <see cref="TensorPool"/>, of any content, each on a cache line of its own.</summary>
internal sealed unsafe class TileMemory(long numbers) : IDisposable
{
    private const int Line = 16; // numbers of 32 bits

    private readonly PooledNumbers _memory = new(numbers + Line);
    private float* _next;

    /// <summary>The next part.</summary>
    public float* Take(long numbers)
    {
        if (_next is null) { _next = (float*)(((nint)RawMemory.Start(_memory.Tensor, TorchSharp.torch.ScalarType.Float32) + 63) & ~(nint)63); }
        var part = _next;
        _next += (numbers + Line - 1) / Line * Line;
        return part;
    }

    public void Dispose() => _memory.Dispose();
}
