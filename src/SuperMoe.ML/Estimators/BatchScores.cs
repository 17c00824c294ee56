using SuperMoe.ML.Tasks;

namespace SuperMoe.ML.Estimators;

/// <summary>The outputs for B users, at the front of arrays that may be longer; what was not asked for is empty.</summary>
internal sealed class BatchScores
{
    /// <summary>B × embedding size, user after user.</summary>
    public float[] Embedding { get; init; } = [];

    /// <summary>Per task, in the tasks' order; <see langword="null"/> where not asked for.</summary>
    public IReadOnlyList<TaskScores?> Tasks { get; init; } = [];
}
