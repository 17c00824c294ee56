using System.Numerics;
using System.Runtime.InteropServices;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// Adagrad with one accumulator a row, of the mean squared gradient of the row (Mudigere et al. 2021, as in FBGEMM's exact row-wise Adagrad).
/// On the CPU a row is read once, updated and written once; elsewhere by torch's operators. n rows, D dimension.
/// </summary>
internal sealed class RowWiseAdagrad(Tensor weight) : IRowOptimizer
{
    private const double Epsilon = 1e-8;

    private readonly Tensor _squares = HugePages.Zeros(weight.shape[0], 1, weight.dtype, weight.device).DetachFromDisposeScope();

    public void Step(Tensor ids, Tensor rows, Tensor gradient, Tensor scale, double learningRate)
    {
        if (RowMemory.Holds(weight) && gradient.is_contiguous() && ids.numel() > 0) { StepRows(ids, gradient, scale.item<float>(), (float)learningRate); }
        else { StepPlainly(ids, rows, gradient, scale, learningRate); }
    }

    public void Dispose() => _squares.Dispose();

    /// <summary>The update in torch's operators.</summary>
    internal void StepPlainly(Tensor ids, Tensor rows, Tensor gradient, Tensor scale, double learningRate)
    {
        var g = gradient / scale;
        var sum = _squares.index_select(0, ids).Plus(g.square().mean([1L], keepdim: true));
        _squares.index_copy_(0, ids, sum);
        weight.index_copy_(0, ids, rows - g / sum.sqrt().Plus(Scalars.Of(Epsilon)) * tensor(learningRate));
    }

    private void StepRows(Tensor ids, Tensor gradient, float scale, float learningRate)
    {
        var (weights, squares, gradients) = (new RowMemory(weight), new RowMemory(_squares), new RowMemory(gradient));
        var rows = RowMemory.Ids(ids);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + RowMemory.Ahead < rows.Length)
            {
                weights.Expect(rows[i + RowMemory.Ahead]);
                squares.Expect(rows[i + RowMemory.Ahead]);
            }
            StepRow(weights[rows[i]], ref squares[rows[i]][0], gradients[i], 1 / scale, learningRate);
        }
    }

    private static void StepRow(Span<float> weights, ref float squares, ReadOnlySpan<float> gradient, float share, float learningRate)
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var whole = w.Length * Vector<float>.Count;
        var sums = Vector<float>.Zero;
        for (var i = 0; i < g.Length; i++) { sums += g[i] * g[i]; }
        var sum = Vector.Sum(sums);
        for (var i = whole; i < gradient.Length; i++) { sum += gradient[i] * gradient[i]; }
        squares += sum * share * share / gradient.Length;
        var rate = learningRate * share / (MathF.Sqrt(squares) + (float)Epsilon);
        for (var i = 0; i < w.Length; i++) { w[i] -= g[i] * rate; }
        for (var i = whole; i < weights.Length; i++) { weights[i] -= gradient[i] * rate; }
    }
}
