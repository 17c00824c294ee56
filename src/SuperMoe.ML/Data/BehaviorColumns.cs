using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>The columns of a view that make up a <see cref="BehaviorDataset"/>; their types have been checked.</summary>
internal sealed class BehaviorColumns
{
    public required BehaviorSchema Schema { get; init; }

    public required DataViewSchema.Column Item { get; init; }

    /// <summary>In the order of <see cref="BehaviorSchema.KeyFields"/>.</summary>
    public IReadOnlyList<DataViewSchema.Column> Keys { get; init; } = [];

    /// <summary>In the order of <see cref="BehaviorSchema.NumberFields"/>.</summary>
    public IReadOnlyList<DataViewSchema.Column> Numbers { get; init; } = [];

    public DataViewSchema.Column? Time { get; init; }

    public DataViewSchema.Column? Profile { get; init; }

    /// <summary>Per task; <see langword="null"/> for a task whose labels are not read.</summary>
    public IReadOnlyList<LabelColumn?> Labels { get; init; } = [];

    /// <summary>Per task; <see langword="null"/> for a task without candidates, or whose candidates are not read.</summary>
    public IReadOnlyList<DataViewSchema.Column?> Candidates { get; init; } = [];

    /// <summary>Which rows validation keeps; <see langword="null"/> if the rows do not tell.</summary>
    public DataViewSchema.Column? Validation { get; init; }

    /// <summary>All the columns.</summary>
    public IEnumerable<DataViewSchema.Column> All()
    {
        var optional = new[] { Time, Profile, Validation }.Concat(Labels.Select(l => l?.Column)).Concat(Candidates);
        return new[] { Item }.Concat(Keys).Concat(Numbers).Concat(optional.OfType<DataViewSchema.Column>()).DistinctBy(c => c.Index);
    }

    /// <summary>The same columns without labels, and with the candidates of the tasks in <paramref name="tasks"/> only.</summary>
    public BehaviorColumns ForScoring(IReadOnlyList<bool> tasks) => new()
    {
        Schema = Schema,
        Item = Item,
        Keys = Keys,
        Numbers = Numbers,
        Time = Time,
        Profile = Profile,
        Candidates = [.. Candidates.Select((c, t) => tasks[t] ? c : null)],
    };
}
