using System.Buffers;
using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace SuperMoe.ML.Kernels;

/// <summary>Events of several users, a user's after another's, without padding. N events, B users, L longest sequence, D numbers of an event.</summary>
internal static class PackedEvents
{
    /// <summary>Where each user's events begin, and N.</summary>
    /// <param name="unpad">(N) int64: each event's place in (B, L); <see langword="null"/> if every user has L.</param>
    /// <param name="length">L.</param>
    /// <param name="starts">B + 1.</param>
    public static void Starts(Tensor? unpad, int length, Span<int> starts)
    {
        if (unpad is null)
        {
            for (var u = 0; u < starts.Length; u++) { starts[u] = u * length; }
            return;
        }
        starts.Clear();
        foreach (var place in HostCopy.View<long>(unpad)) { starts[(int)(place / length) + 1]++; }
        for (var u = 1; u < starts.Length; u++) { starts[u] += starts[u - 1]; }
    }

    /// <summary>(B, D): the sum of each user's n events, divided by a power of n, on the CPU; 0 where there are none. A user's bits do not depend on the others.</summary>
    /// <param name="events">(N, D) float32, contiguous.</param>
    /// <param name="unpad">As above.</param>
    /// <param name="users">B.</param>
    /// <param name="length">L.</param>
    /// <param name="power">1 for the mean.</param>
    public static unsafe Tensor Pool(Tensor events, Tensor? unpad, int users, int length, float power)
    {
        var d = (int)events.size(1);
        var pooled = zeros([users, d], ScalarType.Float32, CPU);
        float* from = (float*)RawMemory.Start(events, ScalarType.Float32), to = (float*)RawMemory.Start(pooled, ScalarType.Float32);
        var starts = ArrayPool<int>.Shared.Rent(users + 1);
        Starts(unpad, length, starts.AsSpan(0, users + 1));
        for (var u = 0; u < users; u++)
        {
            var sum = new Span<float>(to + ((long)u * d), d);
            for (var e = starts[u]; e < starts[u + 1]; e++) { TensorPrimitives.Add(sum, new ReadOnlySpan<float>(from + ((long)e * d), d), sum); }
            TensorPrimitives.Divide(sum, MathF.Pow(Math.Max(1, starts[u + 1] - starts[u]), power), sum);
        }
        ArrayPool<int>.Shared.Return(starts);
        GC.KeepAlive(events);
        return pooled;
    }
}
