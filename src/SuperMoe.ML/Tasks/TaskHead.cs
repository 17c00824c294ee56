using SuperMoe.ML.Embeddings;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>What turns the encoder's states into one task's loss and outputs.</summary>
internal abstract class TaskHead(SuperMoeTask task) : NamedModule(task.Name)
{
    /// <summary>The task's name.</summary>
    public string Name { get; } = task.Name;

    /// <summary>The factor of the task's loss.</summary>
    public double Weight { get; } = task.Weight;

    /// <summary>The mean loss over the labels present: a tensor of no dimensions. Not called where none is.</summary>
    public abstract Tensor Loss(TaskInput input, TaskLabels labels);
}
