namespace SuperMoe.ML.Data;

/// <summary>
/// Users' behaviour in memory, ragged: the events of user u are at [Offsets[u], Offsets[u + 1]) of every per-event array, oldest first.
/// </summary>
internal sealed class BehaviorDataset
{
    private readonly int? _count;

    public required BehaviorSchema Schema { get; init; }

    /// <summary>Where each user's events start; Count + 1 numbers. As all arrays here, it may be longer than that.</summary>
    public required int[] Offsets { get; init; }

    /// <summary>Per event: the item's key, 0 is missing.</summary>
    public required int[] Items { get; init; }

    /// <summary>Per key field, per event: the key, 0 is missing.</summary>
    public int[][] KeyFields { get; init; } = [];

    /// <summary>Per number field, per event: the number, NaN is missing.</summary>
    public float[][] NumberFields { get; init; } = [];

    /// <summary>Per event: seconds since any fixed moment; <see langword="null"/> without times.</summary>
    public double[]? Times { get; init; }

    /// <summary>Per user: Schema.ProfileSize features, user after user. NaN is missing.</summary>
    public float[] Profiles { get; init; } = [];

    /// <summary>
    /// Per task, in the tasks' order, per user: the label; NaN is missing. Binary: 0 or 1. Multiclass: the class from 0. Regression: the value
    /// in the user's unit. <see langword="null"/> for a task without labels (next item), or when the data is only scored.
    /// </summary>
    public float[]?[] Labels { get; init; } = [];

    /// <summary>Per task, per user: the candidate item's key; <see langword="null"/> for a task without candidates.</summary>
    public int[]?[] Candidates { get; init; } = [];

    /// <summary>Per user: whether validation keeps the user; <see langword="null"/> where it may choose.</summary>
    public bool[]? Validation { get; init; }

    /// <summary>The number of users.</summary>
    /// <value>One less than the offsets, unless told.</value>
    public int Count { get => _count ?? Offsets.Length - 1; init => _count = value; }

    /// <summary>The number of events of user <paramref name="user"/>.</summary>
    public int Length(int user) => Offsets[user + 1] - Offsets[user];
}
