using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>What makes each task's own state of one that all tasks share. n states, D model.</summary>
internal abstract class TaskMixtures(string name) : NamedModule(name)
{
    /// <summary>(n, D) → (n, D): what the shared states are to a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="states">(n, D): users' embeddings, or events' states.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    public abstract Tensor Mix(int task, Tensor states, RandomSource? random);
}
