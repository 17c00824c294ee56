using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Memory of the CPU that is used again: the system clears each page that a program newly asks for, which for tensors that live for one step costs
/// as much as computing them. What is free is kept up to a bound.
/// </summary>
internal static class TensorPool
{
    private const long MostBytes = 256L << 20;
    private const long Grain = 1 << 14;

    private static readonly Lock s_lock = new();
    private static readonly List<Tensor> s_free = []; // of one dimension, the last used last
    private static long s_bytes;

    /// <summary>At least so many numbers, of any content, in no dispose scope.</summary>
    public static Tensor Take(ScalarType type, long count)
    {
        var size = (count + Grain - 1) / Grain * Grain;
        lock (s_lock)
        {
            var best = -1;
            for (var i = 0; i < s_free.Count; i++)
            {
                var has = s_free[i].numel();
                if (s_free[i].dtype == type && has >= size && has <= 2 * size && (best < 0 || has <= s_free[best].numel())) { best = i; }
            }
            if (best >= 0)
            {
                var found = s_free[best];
                s_free.RemoveAt(best);
                s_bytes -= Bytes(found);
                return found;
            }
        }
        return HugePages.Advise(empty([size], type, CPU)).DetachFromDisposeScope();
    }

    /// <summary>(like <paramref name="weight"/>) float32, contiguous, of any content: for a gradient, which whoever has used it may <see cref="Recycle"/>.</summary>
    public static Tensor Like(Tensor weight)
    {
        var count = weight.numel();
        Tensor? memory = null;
        lock (s_lock)
        {
            var at = s_free.FindLastIndex(f => f.dtype == ScalarType.Float32 && f.numel() == count);
            if (at >= 0)
            {
                memory = s_free[at];
                s_free.RemoveAt(at);
                s_bytes -= Bytes(memory);
            }
        }
        using var flat = memory ?? HugePages.Advise(empty([count], ScalarType.Float32, CPU)).DetachFromDisposeScope();
        return flat.view(weight.shape);
    }

    /// <summary>Takes over the memory of what <see cref="Like"/> gave, when nobody reads it any more, and disposes it; what is small is just disposed.</summary>
    public static void Recycle(Tensor gradient)
    {
        if (gradient.device_type == TorchSharp.DeviceType.CPU && gradient.dtype == ScalarType.Float32 && gradient.numel() >= Grain && gradient.is_contiguous())
        {
            using var own = gradient.detach();
            Give(own.view(-1).DetachFromDisposeScope());
        }
        gradient.Dispose();
    }

    /// <summary>Gives it back; the longest unused go if there is too much.</summary>
    public static void Give(Tensor memory)
    {
        lock (s_lock)
        {
            s_free.Add(memory);
            s_bytes += Bytes(memory);
            while (s_bytes > MostBytes)
            {
                s_bytes -= Bytes(s_free[0]);
                s_free[0].Dispose();
                s_free.RemoveAt(0);
            }
        }
    }

    private static long Bytes(Tensor memory) => memory.numel() * memory.element_size();
}
