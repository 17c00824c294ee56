using SuperMoe.ML.Embeddings;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>What turns the encoder's states into one task's loss and outputs.</summary>
internal abstract class TaskHead(SuperMoeTask task) : NamedModule(task.Name)
{
    /// <summary>What a figure of merit counts as at least, so that its logarithm is finite.</summary>
    protected const double LeastSkill = 1e-6;

    /// <summary>The task's name.</summary>
    public string Name { get; } = task.Name;

    /// <summary>The factor of the task's loss.</summary>
    public double Weight { get; } = task.Weight;

    /// <summary>The logarithm of a positive figure of merit, for tasks of different metrics to be compared by relative change: by default of the primary metric.</summary>
    public virtual double LogSkill(IReadOnlyDictionary<string, double> metrics) => Math.Log(Math.Max(metrics.Values.First(), LeastSkill));

    /// <summary>The mean loss over the labels present: a tensor of no dimensions. Not called where none is.</summary>
    public abstract Tensor Loss(TaskInput input, TaskLabels labels);
}
