using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Persistence;

/// <summary>
/// Moves a tensor's memory to and from a stream in pieces of a bounded size, so that no second copy of a table exists and none is limited
/// to the 2 GB that a span can hold. Tensors of other devices and with gaps are staged in processor memory, one at a time. The file is
/// little-endian, and so is every machine that libtorch runs on.
/// </summary>
internal static class TensorChunks
{
    /// <summary>The bytes moved at once. Streams that know arrays only rent a buffer of this size.</summary>
    public const int ChunkBytes = 1 << 20;

    public static void Write(Tensor tensor, Stream stream)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        ForEachChunk(tensor.cpu().contiguous(), bytes => stream.Write(bytes));
    }

    /// <exception cref="EndOfStreamException">The stream ends before the tensor is full.</exception>
    /// <exception cref="InvalidDataException">A byte of a tensor of type bool is neither 0 nor 1.</exception>
    public static void Read(Tensor tensor, Stream stream)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var direct = tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        var target = direct ? tensor : empty(tensor.shape, tensor.dtype, CPU);
        var isBool = tensor.dtype == ScalarType.Bool;
        ForEachChunk(target, bytes =>
        {
            stream.ReadExactly(bytes);
            if (isBool) { CheckBool(bytes); }
        });
        if (!direct) { tensor.copy_(target); }
    }

    private static void ForEachChunk(Tensor contiguous, Action<Span<byte>> action)
    {
        var total = contiguous.numel();
        if (total == 0) { return; }
        var flat = contiguous.view(-1);
        var step = ChunkBytes / SafetensorsTypes.Size(contiguous.dtype);
        for (long start = 0; start < total; start += step)
        {
            using var chunk = flat.narrow(0, start, Math.Min(step, total - start)); // (<= step): a view, no copy
            action(chunk.bytes);
        }
    }

    /// <summary>Any other value is undefined behaviour in C++, and so must not get into a tensor that is used.</summary>
    private static void CheckBool(Span<byte> bytes)
    {
        if (!bytes.ContainsAnyExceptInRange((byte)0, (byte)1)) { return; }
        bytes.Clear();
        throw new InvalidDataException("a value of type BOOL is neither 0 nor 1");
    }
}
