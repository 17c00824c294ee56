using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The experts' backward pass, a group of experts at a time, groups side by side; each writes its experts' parts of the weights' gradients.
/// T tokens, D model, H hidden units of an expert, K experts a token, R rows.
/// </summary>
internal static unsafe class ExpertBackward<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    /// <summary>The gradients of tokens, (T, D), gates, (T, K), and weights.</summary>
    /// <param name="gradient">(T, D) float32, contiguous: the output's.</param>
    /// <param name="s">The forward pass's; it is used up.</param>
    public static (Tensor X, Tensor Gates, Tensor W1, Tensor W2) Run(Tensor gradient, ExpertState s)
    {
        var (rows, d, h, k) = (s.Rows, s.W1.shape[1], s.W1.shape[2], (int)s.Gates.shape[1]);
        Tensor dx = empty_like(gradient), dg = empty_like(s.Gates), dw1 = TensorPool.Like(s.W1), dw2 = TensorPool.Like(s.W2);
        float* dy = Numbers(gradient), gates = Numbers(s.Gates), gateGradient = Numbers(dg);
        RowBuffer<TRow> sorted = RowBuffer<TRow>.Of(s.Sorted), slopes = RowBuffer<TRow>.Of(s.Slopes);
        RowBuffer<TRow> hidden = RowBuffer<TRow>.Of(s.Hidden), outputs = RowBuffer<TRow>.Of(s.Output);
        ExpertWork.ForGroups(rows, d * h, pool =>
        {
            RowBuffer<TRow> outer = RowBuffer<TRow>.OfOne(pool, rows, d), inner = RowBuffer<TRow>.OfOne(pool, rows, h); // gradients of outputs and hidden units
            var (first, second) = (GroupMatrices<TRow>.Of(pool, s.W1, rows), GroupMatrices<TRow>.Of(pool, s.W2, rows));
            var (firstGradient, secondGradient) = (GroupMatrices<TRow>.Of(pool, dw1, rows), GroupMatrices<TRow>.Of(pool, dw2, rows));
            var turned = ExpertProducts.Room(pool, TRow.Type, first.Shape);
            return group =>
            {
                ExpertPasses<TRow>.Unsum(
                    dy, outputs.At(group), gates, rows.Assignments.Slice(group.First, group.Count), k, (int)d, outer.At(group), gateGradient);
                ExpertProducts<TRow>.Gradient(hidden, outer, secondGradient, group);
                ExpertProducts<TRow>.Backward(outer, second, inner, group, turned);
                ExpertActivation<TRow>.Backward(inner.At(group), slopes.At(group), group.Count * h);
                ExpertProducts<TRow>.Gradient(sorted, inner, firstGradient, group);
                // The outputs have served: their place takes the gradients of the tokens.
                ExpertProducts<TRow>.Backward(inner, first, outputs, group, turned);
            };
        });
        ExpertWork.Sum(outputs, null, rows, k, dx);
        GC.KeepAlive((gradient, s));
        return (dx, dg, dw1, dw2);
    }

    private static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);
}
