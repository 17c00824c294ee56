namespace SuperMoe.ML;

/// <summary>A simulated shop: its log, its users and its items. <c>mlContext.Data.LoadFromEnumerable</c> makes views of them.</summary>
/// <param name="Events">The purchases of all users, in time order, as a shop's log has them.</param>
/// <param name="Users">The users.</param>
/// <param name="Items">The items.</param>
public sealed record Shop(IReadOnlyList<ShopEvent> Events, IReadOnlyList<ShopUser> Users, IReadOnlyList<ShopItem> Items);
