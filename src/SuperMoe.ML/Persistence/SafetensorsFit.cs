using static TorchSharp.torch;

namespace SuperMoe.ML.Persistence;

/// <summary>Whether a file holds exactly the tensors that a model needs.</summary>
internal static class SafetensorsFit
{
    private const int MistakesShown = 5;

    /// <exception cref="InvalidDataException">
    /// A name is missing or unknown, or a type or shape differs; the first few mistakes are listed.
    /// </exception>
    public static void Check(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, Tensor> destinations)
    {
        var found = entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        var mistakes = destinations.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => Mistake(d.Key, d.Value, found))
            .Concat(entries.Where(e => !destinations.ContainsKey(e.Name)).Select(Unknown))
            .OfType<string>().ToList();
        if (mistakes.Count == 0) { return; }
        var more = mistakes.Count > MistakesShown ? $" And {mistakes.Count - MistakesShown} more." : "";
        throw new InvalidDataException(
            $"The file's tensors are not the expected ones. {string.Join(" ", mistakes.Take(MistakesShown))}{more}");
    }

    private static string? Mistake(string name, Tensor expected, Dictionary<string, SafetensorsEntry> found)
    {
        var wanted = SafetensorsTypes.Describe(expected.dtype, expected.shape);
        if (!found.TryGetValue(name, out var entry)) { return $"Tensor '{name}': expected {wanted}, found none."; }
        return entry.Type == expected.dtype && entry.Shape.SequenceEqual(expected.shape)
            ? null
            : $"Tensor '{name}': expected {wanted}, found {SafetensorsTypes.Describe(entry.Type, entry.Shape)}.";
    }

    private static string Unknown(SafetensorsEntry entry) =>
        $"Tensor '{entry.Name}': expected none, found {SafetensorsTypes.Describe(entry.Type, entry.Shape)}.";
}
