using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>An optimizer that updates some rows of a table, at a cost in proportion to these rows. n rows, D dimension.</summary>
internal interface IRowOptimizer : IDisposable
{
    /// <summary>Updates rows of the table, and the state that belongs to them.</summary>
    /// <param name="ids">(n) int64: unique row numbers.</param>
    /// <param name="rows">(n, D): what the rows are now.</param>
    /// <param name="gradient">(n, D).</param>
    /// <param name="scale">What gradients are divided by: a tensor of no dimensions.</param>
    /// <param name="learningRate">The learning rate.</param>
    void Step(Tensor ids, Tensor rows, Tensor gradient, Tensor scale, double learningRate);
}
