namespace SuperMoe.ML.Model;

/// <summary>
/// The items' key-valued attributes in plain memory. Values are numbered as if they were further items: those of the first attribute follow the last of V items, those of the next attribute follow
/// them.
/// </summary>
/// <param name="starts">V + 2 numbers: the values of item i are from starts[i] to before starts[i + 1]; empty where items have no attributes.</param>
/// <param name="numbers">The numbers of the values, item after item.</param>
internal sealed class ItemValues(int[] starts, int[] numbers)
{
    /// <summary>Items without attributes.</summary>
    public static ItemValues None { get; } = new([], []);

    /// <summary>The numbers of an item's values.</summary>
    public ReadOnlySpan<int> Of(int item) => item + 1 < starts.Length ? numbers.AsSpan(starts[item]..starts[item + 1]) : [];
}
