using System.Text.Json;
using System.Text.Json.Serialization;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Persistence;

/// <summary>Everything of a trained model but its weights, as it stands in model.zip.</summary>
internal sealed record ModelDocument
{
    /// <summary>The version that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The oldest version that is read.</summary>
    public const int OldestVersion = 1;

    /// <summary>
    /// The version of the document's form. It goes up with every change, for an older library to refuse what it would misread.
    /// </summary>
    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>The columns that are read and written.</summary>
    public required ColumnsDocument Columns { get; init; }

    /// <summary>The number of rows that are scored together.</summary>
    public required int ScoringBatchSize { get; init; }

    /// <summary>The network.</summary>
    public required ArchitectureDocument Architecture { get; init; }

    /// <summary>The vocabularies' sizes and the number-valued fields.</summary>
    public required BehaviorSchema Schema { get; init; }

    /// <summary>The tasks in order, with what training has learned of their labels.</summary>
    public required IReadOnlyList<TaskDocument> Tasks { get; init; }

    /// <summary>The tasks that were added to the trained model, in order; absent if there are none, as in models saved before there could be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AddedTaskDocument>? AddedTasks { get; init; }

    /// <summary>The form of the items' attributes, which are themselves among the weights; <see langword="null"/> without any.</summary>
    public required ItemAttributesDocument? ItemAttributes { get; init; }

    /// <summary>What happened in training, made by <see cref="ModelJson.ToElement{T}"/>; <see langword="null"/> if not kept.</summary>
    public JsonElement? Report { get; init; }

    /// <summary>Writes the document as UTF-8.</summary>
    /// <param name="stream">Where to write; it stays open.</param>
    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, ModelJson.Options);

    /// <summary>Reads a document and checks all it says.</summary>
    /// <param name="stream">The JSON, up to the stream's end.</param>
    /// <exception cref="InvalidDataException">
    /// No JSON, a version that cannot be read, or a member that is missing or wrong; the message names it.
    /// </exception>
    public static ModelDocument Read(Stream stream) => ModelJson.Guard(() =>
    {
        using var json = JsonDocument.Parse(stream);
        CheckVersion(json.RootElement);
        var document = json.Deserialize<ModelDocument>(ModelJson.Options);
        if (document is not null) { ModelDocumentChecks.Check(document); }
        return document;
    });

    /// <summary>Before anything else is looked at: another version's members may be called otherwise.</summary>
    private static void CheckVersion(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("formatVersion", out var version))
        {
            throw new InvalidDataException("The model's description is invalid: member 'formatVersion' is missing.");
        }
        var isKnown = version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number)
            && number is >= OldestVersion and <= CurrentVersion;
        if (!isKnown)
        {
            var readable = OldestVersion == CurrentVersion ? $"version {CurrentVersion}" : $"versions {OldestVersion} to {CurrentVersion}";
            throw new InvalidDataException(
                $"The model is saved in format version {version.GetRawText()}; this version of SuperMoe.ML reads {readable}. "
                + "A newer version may read it.");
        }
    }
}
