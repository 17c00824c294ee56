using SuperMoe.ML.Data;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>All that a training run reads.</summary>
internal sealed record TrainingRequest
{
    /// <summary>The users.</summary>
    public required BehaviorDataset Data { get; init; }

    /// <summary>The items' own attributes; <see langword="null"/> without.</summary>
    public ItemAttributes? Attributes { get; init; }

    /// <summary>The architecture.</summary>
    public required SuperMoeModelOptions Model { get; init; }

    /// <summary>How to train.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<SuperMoeTask> Tasks { get; init; }

    /// <summary>Per task: the number of classes of a multiclass task, otherwise 0.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>The name of the embedding, for reports.</summary>
    public required string EmbeddingName { get; init; }

    /// <summary>The seed of weights, batches and dropout.</summary>
    public required int Seed { get; init; }

    /// <summary>Where to train.</summary>
    public required Device Device { get; init; }

    /// <summary>Called before each step; throws to stop.</summary>
    public Action CheckAlive { get; init; } = () => { };

    /// <summary>Hears of progress.</summary>
    public Action<TrainingProgress> Progress { get; init; } = _ => { };
}
