using SuperMoe.ML.Benchmarks.Sequence;

namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>Amazon Beauty, or data in its format.</summary>
/// <param name="Users">The users and what they bought, oldest first.</param>
/// <param name="Items">The products by id.</param>
/// <param name="TopCategories">The widest categories.</param>
internal sealed record BeautyData(IReadOnlyList<SequenceUser> Users, IReadOnlyDictionary<int, BeautyItem> Items, IReadOnlyList<int> TopCategories)
{
    private const string AttributeFiles = "*_item2attributes.json";

    public int Events => Users.Sum(u => u.Items.Length);

    /// <summary>Whether a folder has data of this kind.</summary>
    public static bool IsIn(string folder) => Directory.Exists(folder) && Directory.GetFiles(folder, AttributeFiles).Length > 0;

    /// <summary>Reads the files <c>*.txt</c> and <c>*_item2attributes.json</c> of a folder.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    public static BeautyData Read(string folder)
    {
        var attributes = ItemAttributesFile.Parse(Only(folder, AttributeFiles));
        var sequences = SequenceFile.Read(Only(folder, "*.txt"));
        var top = MultiTask.Beauty.TopCategories.Of(attributes.Values);
        var items = sequences.Items().Concat(attributes.Keys).Distinct().ToDictionary(i => i, i => BeautyItem.Of(attributes.GetValueOrDefault(i, []), top));
        return new BeautyData(sequences.Users, items, top);
    }

    private static string Only(string folder, string pattern)
    {
        var found = Directory.GetFiles(folder, pattern);
        return found.Length == 1 ? found[0] : throw new DataFileException($"{folder} has {found.Length} files {pattern}; expected one.");
    }
}
