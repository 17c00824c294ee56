using System.Numerics;
using System.Runtime.InteropServices;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// Adam (Kingma and Ba 2015) whose moments of a row move only in steps that use the row; bias is corrected by the table's steps, as in PyTorch's SparseAdam.
/// On the CPU a row is read once, updated and written once; elsewhere by torch's operators. n rows, D dimension.
/// </summary>
internal sealed class LazyAdam(Tensor weight) : IRowOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Tensor _moments = // (rows, 2D): a row's means, then its squares
        HugePages.Zeros(weight.shape[0], 2 * weight.shape[1], weight.dtype, weight.device).DetachFromDisposeScope();

    private int _step;

    public void Step(Tensor ids, Tensor rows, Tensor gradient, Tensor scale, double learningRate)
    {
        _step++;
        if (RowMemory.Holds(weight) && gradient.is_contiguous() && ids.numel() > 0) { StepRows(ids, gradient, scale.item<float>(), learningRate); }
        else { StepPlainly(ids, rows, gradient, scale, learningRate); }
    }

    public void Dispose() => _moments.Dispose();

    /// <summary>The update in torch's operators.</summary>
    internal void StepPlainly(Tensor ids, Tensor rows, Tensor gradient, Tensor scale, double learningRate)
    {
        var g = gradient / scale;
        var size = gradient.shape[1];
        var moments = _moments.index_select(0, ids); // (n, 2D)
        var m = moments.narrow(1, 0, size).lerp_(g, tensor((float)(1 - Beta1), device: g.device));
        var v = moments.narrow(1, size, size).lerp_(g.square(), tensor((float)(1 - Beta2), device: g.device));
        _moments.index_copy_(0, ids, moments);
        var update = m / tensor(1 - Math.Pow(Beta1, _step)) / (v / tensor(1 - Math.Pow(Beta2, _step))).sqrt().Plus(Scalars.Of(Epsilon));
        weight.index_copy_(0, ids, rows - update * tensor(learningRate));
    }

    private void StepRows(Tensor ids, Tensor gradient, float scale, double learningRate)
    {
        var (weights, moments, gradients) = (new RowMemory(weight), new RowMemory(_moments), new RowMemory(gradient));
        var rows = RowMemory.Ids(ids);
        var rate = (float)(learningRate / (1 - Math.Pow(Beta1, _step)));
        var correction = (float)(1 / (1 - Math.Pow(Beta2, _step)));
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + RowMemory.Ahead < rows.Length)
            {
                weights.Expect(rows[i + RowMemory.Ahead]);
                moments.Expect(rows[i + RowMemory.Ahead]);
            }
            StepRow(weights[rows[i]], moments[rows[i]], gradients[i], 1 / scale, rate, correction);
        }
    }

    private static void StepRow(Span<float> weights, Span<float> moments, ReadOnlySpan<float> gradient, float share, float rate, float correction)
    {
        var means = moments[..weights.Length];
        var squares = moments[weights.Length..];
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var m = MemoryMarshal.Cast<float, Vector<float>>(means);
        var v = MemoryMarshal.Cast<float, Vector<float>>(squares);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (var i = 0; i < w.Length; i++)
        {
            var slope = g[i] * share;
            m[i] += (slope - m[i]) * (float)(1 - Beta1);
            v[i] += (slope * slope - v[i]) * (float)(1 - Beta2);
            w[i] -= m[i] * rate / (Vector.SquareRoot(v[i] * correction) + new Vector<float>((float)Epsilon));
        }
        for (var i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            var slope = gradient[i] * share;
            means[i] += (slope - means[i]) * (float)(1 - Beta1);
            squares[i] += (slope * slope - squares[i]) * (float)(1 - Beta2);
            weights[i] -= means[i] * rate / (MathF.Sqrt(squares[i] * correction) + (float)Epsilon);
        }
    }
}
