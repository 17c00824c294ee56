using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>A row of bfloat16 logits: the upper halves of float32 numbers.</summary>
internal static unsafe class BFloat16Row
{
    private const int Lanes = 32;

    /// <summary>Makes exponentials of logits less their maximum, in place; they are computed and summed as float32.</summary>
    /// <param name="row">V logits.</param>
    /// <param name="columns">V.</param>
    /// <param name="target">The column of the loss.</param>
    /// <param name="sum">Becomes the sum of exponentials.</param>
    /// <returns>log(sum) + maximum - the target's logit; NaN, as the sum, and no exponentials, if there is no such column.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first call is a long one: it cannot wait for the tiers
    public static float Exponentials(ushort* row, int columns, long target, out float sum)
    {
        if ((ulong)target >= (ulong)columns) { return sum = float.NaN; }
        var whole = columns - (columns % Lanes);
        var most = Maximum(row, columns, whole);
        var shift = most - Widen(row[target]);
        var offset = Vector512.Create(most);
        Vector512<float> even = default, odd = default;
        for (var i = 0; i < whole; i += Lanes)
        {
            var (lower, upper) = Widen(Vector512.Load(row + i));
            lower = VectorExp.OfNonPositive(lower - offset);
            upper = VectorExp.OfNonPositive(upper - offset);
            even += lower;
            odd += upper;
            Vector512.Narrow(Round(lower), Round(upper)).Store(row + i);
        }
        sum = Vector512.Sum(even + odd);
        for (var i = whole; i < columns; i++)
        {
            var e = MathF.Exp(Widen(row[i]) - most);
            sum += e;
            row[i] = (ushort)((BitConverter.SingleToUInt32Bits(e) + 0x8000) >> 16);
        }
        return MathF.Log(sum) + shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Maximum(ushort* row, int columns, int whole)
    {
        var most = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < whole; i += Lanes)
        {
            var (lower, upper) = Widen(Vector512.Load(row + i));
            most = Vector512.Max(most, Vector512.Max(lower, upper));
        }
        var result = float.NegativeInfinity;
        for (var lane = 0; lane < Vector512<float>.Count; lane++) { result = MathF.Max(result, most[lane]); }
        for (var i = whole; i < columns; i++) { result = MathF.Max(result, Widen(row[i])); }
        return result;
    }

    private static float Widen(ushort x) => BitConverter.UInt32BitsToSingle((uint)x << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Lower, Vector512<float> Upper) Widen(Vector512<ushort> x)
    {
        var (lower, upper) = Vector512.Widen(x);
        return (Vector512.ShiftLeft(lower, 16).AsSingle(), Vector512.ShiftLeft(upper, 16).AsSingle());
    }

    // To the nearest; halves up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> x) => Vector512.ShiftRightLogical(x.AsUInt32() + Vector512.Create(0x8000u), 16);
}
