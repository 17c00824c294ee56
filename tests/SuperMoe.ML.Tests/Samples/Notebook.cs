using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>A Jupyter notebook, as far as its code is concerned.</summary>
internal sealed record Notebook(
    [property: JsonPropertyName("cells")] IReadOnlyList<Notebook.Cell> Cells,
    [property: JsonPropertyName("nbformat")] int Format)
{
    public static Notebook Read(string path) => JsonSerializer.Deserialize<Notebook>(File.ReadAllText(path))!;

    /// <summary>The text of the code cells, without lines that only a notebook's kernel understands.</summary>
    public IEnumerable<string> CSharp() =>
        Cells.Where(cell => cell.Kind == "code").Select(cell => string.Concat(cell.Source.Where(line => !line.StartsWith("#r \"nuget:", StringComparison.Ordinal))));

    internal sealed record Cell(
        [property: JsonPropertyName("cell_type")] string Kind,
        [property: JsonPropertyName("source")] IReadOnlyList<string> Source,
        [property: JsonPropertyName("outputs")] JsonElement? Outputs);
}
