namespace SuperMoe.ML.Data;

/// <summary>All events in memory, user after user, each user's oldest first.</summary>
/// <param name="Users">The users' ids.</param>
/// <param name="Fields">The values, by field of the plan.</param>
/// <param name="Starts">Where each user's events start; one number more than users.</param>
internal sealed record GroupedEvents(UserIndex Users, EventColumn[] Fields, int[] Starts)
{
    /// <summary>The size of the arrays held.</summary>
    public long Bytes => Users.Bytes + Fields.Sum(column => column.Bytes) + (long)Starts.Length * sizeof(int);
}
