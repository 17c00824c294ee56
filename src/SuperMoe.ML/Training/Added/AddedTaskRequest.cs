using SuperMoe.ML.Data;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training.Added;

/// <summary>All that learning an added task reads.</summary>
internal sealed record AddedTaskRequest
{
    /// <summary>The users, with the labels and candidates of this task alone.</summary>
    public required BehaviorDataset Data { get; init; }

    /// <summary>The task.</summary>
    public required LabeledTask Task { get; init; }

    /// <summary>The number of classes of a multiclass task, otherwise 0.</summary>
    public required int Classes { get; init; }

    /// <summary>The encoder's architecture.</summary>
    public required SuperMoeModelOptions Model { get; init; }

    /// <summary>How to learn.</summary>
    public required FitTaskOptions Options { get; init; }

    /// <summary>The seed of weights, parts, batches and dropout.</summary>
    public required int Seed { get; init; }

    /// <summary>Where to train.</summary>
    public required Device Device { get; init; }

    /// <summary>Called before each batch; throws to stop. From several threads.</summary>
    public required Action CheckAlive { get; init; }

    /// <summary>Hears of every epoch.</summary>
    public required Action<TrainingProgress> Progress { get; init; }

    /// <summary>The labels of all users; NaN is missing.</summary>
    public float[] Labels => Data.Labels[0]!;
}
