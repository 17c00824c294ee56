using System.Text.Json;

namespace SuperMoe.ML.Persistence;

/// <summary>
/// The JSON header of a safetensors file: <c>{"__metadata__": {...}, "name": {"dtype", "shape", "data_offsets"}, ...}</c>. Reading trusts
/// nothing: after it, names are unique, each tensor's bytes match its type and shape, and all tensors together cover the data without gap
/// or overlap.
/// </summary>
/// <param name="entries">The tensors.</param>
/// <param name="metadata">The file's own texts by name.</param>
internal sealed class SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>The largest header that is written or read, in bytes: the limit of the reference implementation.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The header's member that holds the metadata; no tensor can have this name.</summary>
    public const string MetadataName = "__metadata__";

    private const string TypeName = "dtype";
    private const string ShapeName = "shape";
    private const string OffsetsName = "data_offsets";

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; } = entries;

    /// <summary>The file's own texts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;

    /// <summary>The number of bytes of all tensors.</summary>
    public long DataLength => Entries.Count == 0 ? 0 : Entries[^1].End;

    /// <summary>Reads a header from its JSON.</summary>
    /// <exception cref="InvalidDataException">
    /// The header breaks a rule of the format; the message says which, and for which tensor.
    /// </exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            return Parse(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter from texts that are no UTF-8
        {
            throw new InvalidDataException($"The safetensors header is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Writes the header's JSON, metadata first, then the tensors in the order of their data.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Metadata.Count > 0)
        {
            json.WriteStartObject(MetadataName);
            foreach (var (name, text) in Metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) { json.WriteString(name, text); }
            json.WriteEndObject();
        }
        foreach (var entry in Entries)
        {
            json.WriteStartObject(entry.Name);
            json.WriteString(TypeName, SafetensorsTypes.Name(entry.Type));
            json.WriteStartArray(ShapeName);
            foreach (var size in entry.Shape) { json.WriteNumberValue(size); }
            json.WriteEndArray();
            json.WriteStartArray(OffsetsName);
            json.WriteNumberValue(entry.Begin);
            json.WriteNumberValue(entry.End);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static SafetensorsHeader Parse(JsonElement root)
    {
        Check(root.ValueKind == JsonValueKind.Object, () => $"The safetensors header is a JSON {root.ValueKind}, not an object.");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name == MetadataName) { ReadMetadata(member.Value, metadata); }
            else { entries.Add(ReadEntry(member.Name, member.Value)); }
        }
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckCover(entries);
        return new SafetensorsHeader(entries, metadata);
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata)
    {
        Check(value.ValueKind == JsonValueKind.Object,
            () => $"'{MetadataName}' of the safetensors header is a JSON {value.ValueKind}, not an object.");
        foreach (var member in value.EnumerateObject())
        {
            Check(member.Value.ValueKind == JsonValueKind.String,
                () => $"'{MetadataName}.{member.Name}' of the safetensors header is not a text.");
            metadata.Add(member.Name, member.Value.GetString()!);
        }
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement value)
    {
        Check(value.ValueKind == JsonValueKind.Object,
            () => $"Tensor '{name}': its description is a JSON {value.ValueKind}, not an object.");
        foreach (var member in value.EnumerateObject())
        {
            Check(member.Name is TypeName or ShapeName or OffsetsName, () => $"Tensor '{name}': unknown member '{member.Name}'.");
        }
        var typeName = Member(name, value, TypeName, JsonValueKind.String).GetString()!;
        var type = SafetensorsTypes.Find(typeName)
            ?? throw new InvalidDataException($"Tensor '{name}': dtype '{typeName}' is not one of {SafetensorsTypes.Names}.");
        var shape = Numbers(name, value, ShapeName);
        var offsets = Numbers(name, value, OffsetsName);
        Check(offsets.Length == 2 && offsets[0] <= offsets[1],
            () => $"Tensor '{name}': data_offsets [{string.Join(", ", offsets.Take(3))}] are not a begin and an end.");
        var length = SafetensorsTypes.Length(type, shape);
        Check(length == offsets[1] - offsets[0],
            () => $"Tensor '{name}': {SafetensorsTypes.Describe(type, shape)} takes {length?.ToString() ?? "more than 2^63"} bytes, "
                + $"but data_offsets [{offsets[0]}, {offsets[1]}] span {offsets[1] - offsets[0]}.");
        return new SafetensorsEntry(name, type, shape, offsets[0], offsets[1]);
    }

    private static long[] Numbers(string name, JsonElement value, string member)
    {
        var array = Member(name, value, member, JsonValueKind.Array);
        var numbers = new long[array.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
        {
            var element = array[i];
            Check(element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out numbers[i]) && numbers[i] >= 0,
                () => $"Tensor '{name}': {member}[{i}] is {element.GetRawText()}, not a whole number from 0 to 2^63 - 1.");
        }
        return numbers;
    }

    private static JsonElement Member(string name, JsonElement value, string member, JsonValueKind kind)
    {
        Check(value.TryGetProperty(member, out var found), () => $"Tensor '{name}': member '{member}' is missing.");
        Check(found.ValueKind == kind, () => $"Tensor '{name}': member '{member}' is a JSON {found.ValueKind}, not a JSON {kind}.");
        return found;
    }

    private static void CheckCover(List<SafetensorsEntry> entries)
    {
        long end = 0;
        foreach (var entry in entries)
        {
            Check(entry.Begin == end, () => $"Tensor '{entry.Name}': its data begins at byte {entry.Begin}, "
                + (entry.Begin < end ? $"inside the tensor that ends at {end}." : $"after a gap: the tensor before it ends at {end}."));
            end = entry.End;
        }
    }

    private static void Check(bool condition, Func<string> message)
    {
        if (!condition) { throw new InvalidDataException(message()); }
    }
}
