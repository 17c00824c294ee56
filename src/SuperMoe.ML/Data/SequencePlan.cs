using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>Options and schemas, checked and resolved: what is read, and what comes out.</summary>
internal sealed class SequencePlan
{
    /// <summary>The user column of the events.</summary>
    public required DataViewSchema.Column User { get; init; }

    /// <summary>The columns of the events that become vectors, the time among them.</summary>
    public required IReadOnlyList<DataViewSchema.Column> Fields { get; init; }

    /// <summary>The index of the time in <see cref="Fields"/>.</summary>
    public required int TimeField { get; init; }

    /// <summary>The user column of the profiles.</summary>
    public DataViewSchema.Column? ProfileUser { get; init; }

    /// <summary>The other columns of the profiles.</summary>
    public IReadOnlyList<DataViewSchema.Column> ProfileColumns { get; init; } = [];

    public required int MaxLength { get; init; }

    public required int HoldOutLast { get; init; }

    public required DataViewSchema OutputSchema { get; init; }

    /// <summary>One for each column of <see cref="OutputSchema"/>.</summary>
    public required IReadOnlyList<OutputColumn> Outputs { get; init; }

    /// <summary>The number of a user's latest events that are needed, out of <paramref name="events"/>.</summary>
    public int Kept(int events) => (int)Math.Min(events, (long)MaxLength + HoldOutLast);

    /// <summary>Whether any of the active output columns is of <paramref name="kind"/>.</summary>
    public bool Needs(OutputKind kind, ReadOnlySpan<bool> active)
    {
        for (var i = 0; i < Outputs.Count; i++)
        {
            if (active[i] && Outputs[i].Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Which fields are read for the active output columns. The time always is: the order and its checks depend on it.</summary>
    public bool[] NeededFields(ReadOnlySpan<bool> active)
    {
        var needed = new bool[Fields.Count];
        needed[TimeField] = true;
        for (var i = 0; i < Outputs.Count; i++)
        {
            if (active[i] && Outputs[i].Kind is OutputKind.Sequence or OutputKind.HeldOut)
            {
                needed[Outputs[i].Source] = true;
            }
        }

        return needed;
    }
}
