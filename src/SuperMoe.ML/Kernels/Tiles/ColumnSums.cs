using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>Sums of exponentials of logits below each other, of 16 rows at once, each less the row's maximum so far.</summary>
internal static unsafe class ColumnSums<TAccuracy>
    where TAccuracy : IAccuracy<TAccuracy>
{
    /// <summary>What maxima begin with, and a logit of what is left out: far below any, and still a number.</summary>
    public const float Nothing = -1e30f;

    /// <summary>Adds more logits.</summary>
    /// <param name="logits">(count, <paramref name="width"/>): 16 columns of it.</param>
    /// <param name="count">Even.</param>
    /// <param name="width">Numbers from one row to the next.</param>
    /// <param name="most">(16): the maxima.</param>
    /// <param name="sums">(16): the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* logits, int count, int width, float* most, float* sums)
    {
        var before = Vector512.Load(most);
        var top = before;
        for (var i = 0; i < count; i++) { top = Vector512.MaxNative(Vector512.Load(logits + ((long)i * width)), top); } // what is no number does not count here, but below
        var (even, odd) = (Vector512.Load(sums) * TAccuracy.Exp(before - top), Vector512<float>.Zero);
        for (var i = 0; i < count; i += 2)
        {
            even += TAccuracy.Exp(Vector512.Load(logits + ((long)i * width)) - top);
            odd += TAccuracy.Exp(Vector512.Load(logits + ((i + 1L) * width)) - top);
        }
        top.Store(most);
        (even + odd).Store(sums);
    }
}
