using System.Runtime.CompilerServices;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// GELU of rows, together with its derivative, which shares its costly parts: so the backward pass only multiplies.
/// </summary>
internal static unsafe class ExpertActivation<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    private const int Block = IElement<Float32Element>.Block;

    /// <summary>Applies it.</summary>
    /// <param name="x">The inputs; if <paramref name="slopes"/>, they become the derivatives.</param>
    /// <param name="to">Becomes the outputs; may be <paramref name="x"/> if not <paramref name="slopes"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="slopes">Whether derivatives are asked for.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(TRow* x, TRow* to, long count, bool slopes)
    {
        var block = stackalloc TRow[2 * Block];
        for (long i = 0; i < count; i += Block)
        {
            var left = count - i;
            if (left >= Block) { Visit(x + i, to + i, slopes); }
            else
            {
                // A part of a block, in room for a whole one.
                new Span<TRow>(block, Block).Clear();
                new Span<TRow>(x + i, (int)left).CopyTo(new Span<TRow>(block, Block));
                Visit(block, block + Block, slopes);
                if (slopes) { new Span<TRow>(block, (int)left).CopyTo(new Span<TRow>(x + i, (int)left)); }
                new Span<TRow>(block + Block, (int)left).CopyTo(new Span<TRow>(to + i, (int)left));
            }
        }
    }

    /// <summary>Multiplies gradients by derivatives, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(TRow* gradients, TRow* slopes, long count)
    {
        long i = 0;
        for (; i <= count - Block; i += Block)
        {
            TRow.LoadBlock(gradients + i, out var g0, out var g1);
            TRow.LoadBlock(slopes + i, out var s0, out var s1);
            TRow.StoreBlock(g0 * s0, g1 * s1, gradients + i);
        }
        for (; i < count; i++) { TRow.Write(TRow.Read(gradients + i) * TRow.Read(slopes + i), gradients + i); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Visit(TRow* x, TRow* to, bool slopes)
    {
        TRow.LoadBlock(x, out var x0, out var x1);
        Gelu<TRow>.Of(x0, out var y0, out var s0);
        Gelu<TRow>.Of(x1, out var y1, out var s1);
        TRow.StoreBlock(y0, y1, to);
        if (slopes) { TRow.StoreBlock(s0, s1, x); }
    }
}
