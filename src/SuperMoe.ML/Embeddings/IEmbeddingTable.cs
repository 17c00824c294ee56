using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>A table of vectors by id. Shapes: D dimension of a vector.</summary>
internal interface IEmbeddingTable
{
    /// <summary>
    /// Whether training updates only the rows a batch used, through <see cref="Open"/> and <see cref="Step"/>. Otherwise the weight is an
    /// ordinary parameter, and the two do nothing.
    /// </summary>
    bool UpdatesRows { get; }

    /// <summary>The gradients of the rows that the step used.</summary>
    IEnumerable<Tensor> RowGradients { get; }

    /// <summary>Begins a training step that looks up these ids and no others: their rows become a leaf of the graph.</summary>
    void Open(IReadOnlyCollection<Tensor> ids);

    /// <summary>The vectors of <paramref name="ids"/>, int64 of any shape S: (S, D).</summary>
    Tensor Lookup(Tensor ids);

    /// <summary>The vectors of all ids in order: (ids, D).</summary>
    Tensor All();

    /// <summary>Ends a training step: updates the rows it used, with gradients divided by <paramref name="scale"/>.</summary>
    void Step(double learningRate, Tensor scale);

    /// <summary>Ends a training step without an update.</summary>
    void Close();

    /// <summary>Ends training: the optimizer's state is given back.</summary>
    void EndTraining();
}
