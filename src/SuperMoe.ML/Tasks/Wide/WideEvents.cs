using SuperMoe.ML.Model;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Events of many users, as far as wide parts look at them.</summary>
/// <param name="Items">Per event: the item, 0 is missing.</param>
/// <param name="Fields">Per key field, per event: the key, 0 is missing.</param>
/// <param name="Values">The items' attributes.</param>
internal sealed record WideEvents(int[] Items, int[][] Fields, ItemValues Values);
