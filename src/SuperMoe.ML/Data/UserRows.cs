namespace SuperMoe.ML.Data;

/// <summary>Users with their events and profiles: what cursors make rows of.</summary>
/// <param name="plan">The columns.</param>
/// <param name="users">The users' ids.</param>
/// <param name="fields">The events' values by field of the plan; <see langword="null"/> where they are not needed.</param>
/// <param name="profiles">The profiles; <see langword="null"/> where they are not needed.</param>
internal sealed class UserRows(SequencePlan plan, UserIndex users, EventColumn?[] fields, ProfileTable? profiles)
{
    public SequencePlan Plan => plan;

    public int FindProfile(int user) => profiles?.Find(users, user) ?? -1;

    /// <summary>The getter of output column <paramref name="column"/> for the user at <paramref name="window"/>.</summary>
    public Delegate Getter(int column, UserWindow window)
    {
        var output = plan.Outputs[column];
        return output.Kind switch
        {
            OutputKind.User => users.Getter(window),
            OutputKind.Sequence => fields[output.Source]!.SequenceGetter(window),
            OutputKind.HeldOut => fields[output.Source]!.HeldOutGetter(window, plan.HoldOutLast == 1),
            _ => profiles!.Getter(output.Source, window),
        };
    }
}
