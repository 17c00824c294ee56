using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>A row of float32 logits.</summary>
internal static unsafe class Float32Row
{
    private const int Lanes = 16;

    /// <summary>Makes exponentials of logits less their maximum, in place.</summary>
    /// <param name="row">V logits.</param>
    /// <param name="columns">V.</param>
    /// <param name="target">The column of the loss.</param>
    /// <param name="sum">Becomes the sum of exponentials.</param>
    /// <returns>log(sum) + maximum - the target's logit; NaN, as the sum, and no exponentials, if there is no such column.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first call is a long one: it cannot wait for the tiers
    public static float Exponentials(float* row, int columns, long target, out float sum)
    {
        if ((ulong)target >= (ulong)columns) { return sum = float.NaN; }
        var whole = columns - (columns % Lanes);
        var most = Maximum(row, columns, whole);
        var shift = most - row[target];
        var offset = Vector512.Create(most);
        var total = Vector512<float>.Zero;
        for (var i = 0; i < whole; i += Lanes)
        {
            var e = VectorExp.OfNonPositive(Vector512.Load(row + i) - offset);
            e.Store(row + i);
            total += e;
        }
        sum = Vector512.Sum(total);
        for (var i = whole; i < columns; i++) { sum += row[i] = MathF.Exp(row[i] - most); }
        return MathF.Log(sum) + shift;
    }

    /// <summary>The logarithm of the sum of exponentials.</summary>
    /// <param name="row">V logits.</param>
    /// <param name="columns">V.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LogSumExp(float* row, int columns)
    {
        var whole = columns - (columns % Lanes);
        var most = Maximum(row, columns, whole);
        if (!float.IsFinite(most)) { return most; }
        var offset = Vector512.Create(most);
        var total = Vector512<float>.Zero;
        for (var i = 0; i < whole; i += Lanes) { total += VectorExp.OfNonPositive(Vector512.Load(row + i) - offset); }
        var sum = Vector512.Sum(total);
        for (var i = whole; i < columns; i++) { sum += MathF.Exp(row[i] - most); }
        return MathF.Log(sum) + most;
    }

    /// <summary>How many logits are less than <paramref name="than"/>; what is not a number is not.</summary>
    /// <param name="row">V logits.</param>
    /// <param name="columns">V.</param>
    /// <param name="than">What they are compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountLess(float* row, int columns, float than)
    {
        var bound = Vector512.Create(than);
        var (less, i) = (0, 0);
        for (; i <= columns - Lanes; i += Lanes) { less += BitOperations.PopCount(Vector512.LessThan(Vector512.Load(row + i), bound).ExtractMostSignificantBits()); }
        for (; i < columns; i++) { less += row[i] < than ? 1 : 0; }
        return less;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Maximum(float* row, int columns, int whole)
    {
        var most = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < whole; i += Lanes) { most = Vector512.Max(most, Vector512.Load(row + i)); }
        var result = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++) { result = MathF.Max(result, most[lane]); }
        for (var i = whole; i < columns; i++) { result = MathF.Max(result, row[i]); }
        return result;
    }
}
