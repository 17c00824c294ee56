using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>The state of an optimizer that updates some rows of a table.</summary>
internal interface IRowOptimizer : IDisposable
{
    /// <summary>Takes the rows' gradient, (n, D), into the state of <paramref name="rows"/>, (n) unique row numbers.</summary>
    /// <returns>(n, D): what to subtract from the rows, times the learning rate.</returns>
    Tensor Update(Tensor rows, Tensor gradient);
}
