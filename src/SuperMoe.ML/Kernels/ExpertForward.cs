using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>The experts' forward pass, a group of experts at a time, groups side by side. T tokens, D model, H hidden units of an expert, K experts a token, R rows.</summary>
internal static unsafe class ExpertForward<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    /// <summary>The output, (T, D) float32, and, if <paramref name="keep"/>, what the backward pass needs.</summary>
    public static (Tensor Output, ExpertState? State) Run(Tensor x, Tensor gates, Tensor w1, Tensor w2, ExpertRows rows, bool keep)
    {
        var (d, h, k) = (x.shape[1], w1.shape[2], (int)gates.shape[1]);
        var memory = new PooledTensors();
        var outputs = RowBuffer<TRow>.OfAll(memory, rows, d);
        var state = keep ? new ExpertState(memory, gates, w1, w2, rows, Make(d), Make(h), Make(h), outputs.Tensor) : null;
        var tokens = (float*)RawMemory.Start(x, ScalarType.Float32);
        ExpertWork.ForGroups(rows, d * h, pool =>
        {
            var sorted = state is null ? RowBuffer<TRow>.OfOne(pool, rows, d) : RowBuffer<TRow>.Of(state.Sorted);
            var hidden = state is null ? RowBuffer<TRow>.OfOne(pool, rows, h) : RowBuffer<TRow>.Of(state.Hidden);
            var before = state is null ? hidden : RowBuffer<TRow>.Of(state.Slopes);
            var (first, second) = (GroupMatrices<TRow>.Of(pool, w1, rows), GroupMatrices<TRow>.Of(pool, w2, rows));
            return group =>
            {
                ExpertPasses<TRow>.Gather(tokens, rows.Assignments.Slice(group.First, group.Count), k, (int)d, sorted.At(group));
                ExpertProducts<TRow>.Forward(sorted, first, before, group);
                ExpertActivation<TRow>.Apply(before.At(group), hidden.At(group), group.Count * h, slopes: keep);
                ExpertProducts<TRow>.Forward(hidden, second, outputs, group);
            };
        });
        var output = empty(x.shape, ScalarType.Float32, CPU);
        ExpertWork.Sum(outputs, gates, rows, k, output);
        GC.KeepAlive(x);
        if (state is null) { memory.Dispose(); }
        return (output, state);

        Tensor Make(long width) => memory.Make(TRow.Type, rows.Count, width);
    }
}
