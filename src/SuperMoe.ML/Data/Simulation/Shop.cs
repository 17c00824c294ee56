namespace SuperMoe.ML;

/// <summary>A simulated shop: its log, its users and its items. <c>mlContext.Data.LoadFromEnumerable</c> makes views of them.</summary>
/// <param name="Events">The purchases of all users, in time order, as a shop's log has them.</param>
/// <param name="Users">The users.</param>
/// <param name="Items">The items.</param>
public sealed record Shop(IReadOnlyList<ShopEvent> Events, IReadOnlyList<ShopUser> Users, IReadOnlyList<ShopItem> Items)
{
    /// <summary>Gets the labels of the tasks that pull against each other, one row a user in the order of <see cref="Users"/>; none unless <see cref="ShopOptions.Conflict"/> is set.</summary>
    public IReadOnlyList<ShopConflictUser> ConflictUsers { get; init; } = [];
}
