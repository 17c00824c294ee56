using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>A benchmark's last line of output: one JSON object, with what every benchmark has to tell already in it.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // "<18" stays readable
    };

    /// <summary>The line.</summary>
    /// <param name="benchmark">The benchmark's name.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="options">Its options.</param>
    /// <param name="results">What it found, by name: numbers, texts, lists, and dictionaries or records of them. NaN becomes null.</param>
    public static string Of(string benchmark, int seed, object options, IReadOnlyDictionary<string, object?> results)
    {
        var line = new JsonObject { ["benchmark"] = benchmark };
        foreach (var (name, value) in results) { line[name] = Node(value); }
        line["peakMemoryMiB"] = Math.Round(PeakMemory.ProcessMiB, 1);
        line["seed"] = seed;
        line["options"] = Node(options);
        line["machine"] = new JsonObject { ["cpu"] = Machine.Cpu(), ["cores"] = Environment.ProcessorCount, ["os"] = Machine.OperatingSystem() };
        line["commit"] = Machine.Commit();
        line["time"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return line.ToJsonString(s_options);
    }

    private static JsonNode? Node(object? value) => value switch
    {
        double number => double.IsFinite(number) ? JsonValue.Create(Math.Round(number, 6)) : null,
        IDictionary entries => Entries(entries),
        string text => JsonValue.Create(text),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Node)]),
        _ => JsonSerializer.SerializeToNode(value, s_options),
    };

    private static JsonObject Entries(IDictionary entries)
    {
        var result = new JsonObject();
        foreach (DictionaryEntry entry in entries) { result[entry.Key.ToString()!] = Node(entry.Value); }
        return result;
    }
}
