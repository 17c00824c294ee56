using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// What <see cref="FrozenHead"/> reads, of all labelled users, as a matrix. Dense features are standardized in groups of D (the embedding, the mean of the events and so on)
/// so that a group's squares add up to 1 for the mean user, which is what a user's items add up to: one prior is then right for all. What has the embedding in it counts less: it tells
/// first of the tasks that it was trained for. D model, F dense features.
/// </summary>
internal sealed class FrozenFeatures
{
    private static readonly double[] s_groups = [0.3, 1, 1, 0.3, 1]; // in the order of FrozenHead.Features

    private readonly int _size;
    private readonly int _dense;
    private readonly List<int> _items = []; // of the columns behind the dense ones
    private readonly double[] _means;
    private readonly double[] _scales;

    /// <param name="model">The frozen model.</param>
    /// <param name="head">Who reads it.</param>
    /// <param name="batches">The labelled users.</param>
    public FrozenFeatures(MultiTaskModel model, FrozenHead head, FrozenBatches batches)
    {
        _size = model.Encoder.Size;
        var (dense, items) = Read(model.Encoder, head, batches);
        _dense = dense[0].Length;
        (_means, _scales) = Moments(dense);
        var columns = new Dictionary<int, int>();
        foreach (var item in items.SelectMany(i => i.Items).Where(i => i > 0))
        {
            if (columns.TryAdd((int)item, _dense + columns.Count)) { _items.Add((int)item); }
        }
        Rows = new FeatureRows(_dense + _items.Count);
        for (var u = 0; u < dense.Count; u++)
        {
            for (var f = 0; f < _dense; f++) { Rows.Add(f, (float)((dense[u][f] - _means[f]) * _scales[f])); }
            foreach (var own in items[u].Items.Where(i => i > 0).CountBy(i => i)) { Rows.Add(columns[(int)own.Key], own.Value * items[u].Scale); }
            Rows.EndRow();
        }
    }

    /// <summary>The labelled users' places in the data, row by row.</summary>
    public List<int> Users { get; } = [];

    /// <summary>Their features.</summary>
    public FeatureRows Rows { get; }

    /// <summary>Gives weights of standardized features to a head, which reads them as they are.</summary>
    /// <param name="head">The head.</param>
    /// <param name="weights">As <see cref="LinearModel"/> has them.</param>
    public void Give(FrozenHead head, double[] weights)
    {
        var outputs = head.Outputs;
        var weight = new float[outputs * _dense];
        var bias = weights[^outputs..];
        for (var f = 0; f < _dense; f++)
        {
            for (var o = 0; o < outputs; o++)
            {
                var own = weights[(f * outputs) + o] * _scales[f];
                weight[(o * _dense) + f] = (float)own;
                bias[o] -= own * _means[f];
            }
        }
        head.Set(weight, [.. bias.Select(b => (float)b)], _items.Select((item, i) => (item, Own(_dense + i))));

        float[] Own(int column) => [.. weights.AsSpan(column * outputs, outputs).ToArray().Select(w => (float)w)];
    }

    private (List<float[]> Dense, List<(long[] Items, float Scale)> Items) Read(SuperMoeModel encoder, FrozenHead head, FrozenBatches batches)
    {
        var dense = new List<float[]>();
        var items = new List<(long[], float)>();
        foreach (var b in batches.Of(_ => true))
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var batch = batches[b];
            Users.AddRange(batches.Users(b));
            var features = head.Features(encoder, batch.Embedding, batch.Seen, batch.Labels.Candidates).cpu().contiguous();
            dense.AddRange(HostCopy.View<float>(features).ToArray().Chunk((int)features.shape[1]));
            if (batch.Seen.Items is not { } seen || !head.HasItems)
            {
                items.AddRange(Enumerable.Repeat((Array.Empty<long>(), 0f), batches.Users(b).Length));
                continue;
            }
            var scales = HostCopy.View<float>(FrozenHead.ItemScale(seen).cpu().contiguous()).ToArray();
            items.AddRange(HostCopy.View<long>(seen.cpu().contiguous()).ToArray().Chunk((int)seen.shape[1]).Zip(scales));
        }
        return (dense, items);
    }

    private (double[] Means, double[] Scales) Moments(List<float[]> dense)
    {
        double[] means = new double[_dense], scales = new double[_dense];
        for (var f = 0; f < _dense; f++) { means[f] = dense.Average(d => (double)d[f]); }
        for (var first = 0; first < _dense; first += _size)
        {
            var squares = dense.Average(d => Enumerable.Range(first, _size).Sum(f => (d[f] - means[f]) * (d[f] - means[f])));
            Array.Fill(scales, squares > 1e-12 ? s_groups[first / _size] / Math.Sqrt(squares) : 0, first, _size);
        }
        return (means, scales);
    }
}
