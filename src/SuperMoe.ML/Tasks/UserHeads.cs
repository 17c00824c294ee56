using SuperMoe.ML.Tasks.Sharing;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>Makes the heads of tasks with a label.</summary>
internal static class UserHeads
{
    /// <param name="task">The task.</param>
    /// <param name="classes">The number of classes of a multiclass task.</param>
    /// <param name="options">The architecture.</param>
    /// <param name="generator">Draws the initial weights.</param>
    /// <param name="mixture">What stands for the task's indicator; <see langword="null"/> where it has one.</param>
    public static UserHead Of(LabeledTask task, int classes, SuperMoeModelOptions options, Generator generator, TaskMixture? mixture = null) => task switch
    {
        BinaryTask binary => new BinaryHead(binary, options.HiddenSize, options.Dropout, generator, mixture),
        MulticlassTask multiclass => new MulticlassHead(multiclass, classes, options.HiddenSize, options.Dropout, generator, mixture),
        RegressionTask regression => new RegressionHead(regression, options.HiddenSize, options.Dropout, generator, mixture),
        var other => throw new ArgumentException($"Unknown task type {other.GetType().Name}.", nameof(task)),
    };
}
