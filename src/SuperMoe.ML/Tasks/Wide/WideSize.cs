namespace SuperMoe.ML.Tasks.Wide;

/// <summary>How large a wide part is.</summary>
/// <param name="Items">R, items and values of their attributes.</param>
/// <param name="FieldValues">Per key field of events: the number of its values.</param>
/// <param name="Candidate">Whether labels are about a candidate item.</param>
/// <param name="Outputs">O.</param>
internal sealed record WideSize(int Items, IReadOnlyList<int> FieldValues, bool Candidate, int Outputs)
{
    /// <summary>K.</summary>
    public int Values => FieldShares.SizeOf(FieldValues);

    /// <summary>C.</summary>
    public int Columns => WideFeatures.ColumnsOf(Items, Values, Candidate);
}
