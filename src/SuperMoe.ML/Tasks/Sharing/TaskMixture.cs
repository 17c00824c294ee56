using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>The mixtures as one task's head sees them.</summary>
internal sealed class TaskMixture(TaskMixtures mixtures, int task)
{
    /// <summary>(n, D) shared states → (n, D): the task's own.</summary>
    public Tensor Of(Tensor states, RandomSource? random) => mixtures.Mix(task, states, random);
}
