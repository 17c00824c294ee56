using System.Text.Json;
using Microsoft.ML;

namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>A JSON object from item id to a list of attribute ids, as <c>Beauty_item2attributes.json</c>.</summary>
internal static class ItemAttributesFile
{
    /// <summary>One row an item, with its attributes as keys.</summary>
    /// <exception cref="DataFileException">No such file, or one that is not as told above.</exception>
    public static IDataView Read(MLContext ml, string path)
    {
        var rows = ml.Data.LoadFromEnumerable(Parse(path).Select(p => new AttributedItem { Item = p.Key, Attributes = p.Value }).ToArray());
        return ml.Transforms.Conversion.MapValueToKey(nameof(AttributedItem.Attributes)).Fit(rows).Transform(rows);
    }

    /// <summary>The attributes of each item, in the file's order.</summary>
    /// <exception cref="DataFileException">No such file, or one that is not as told above.</exception>
    public static Dictionary<int, int[]> Parse(string path)
    {
        if (!File.Exists(path)) { throw new DataFileException($"There is no file {path}."); }
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<Dictionary<int, int[]>>(stream) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new DataFileException($"{path}: expected a JSON object from item id to a list of attribute ids, as {{\"4\": [1, 2], \"83\": [4]}}. {e.Message}");
        }
    }
}
