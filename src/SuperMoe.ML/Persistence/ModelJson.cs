using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SuperMoe.ML.Persistence;

/// <summary>How everything but weights is written: indented JSON, the same on every system, strict when it is read.</summary>
internal static class ModelJson
{
    /// <summary>
    /// The settings of all documents. Numbers keep every bit, with NaN and infinities as texts; a member that is missing, unknown, doubled
    /// or null where it may not be is an error.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Any value, such as a training report, as an element to put into a document.</summary>
    public static JsonElement ToElement<T>(T value) => JsonSerializer.SerializeToElement(value, Options);

    /// <summary>The value that <see cref="ToElement{T}"/> has written.</summary>
    /// <exception cref="InvalidDataException">The element does not describe such a value; the message names the member.</exception>
    public static T FromElement<T>(JsonElement element) => Guard(() => element.Deserialize<T>(Options));

    /// <summary>Gives the serializer's several ways of complaining one type.</summary>
    /// <exception cref="InvalidDataException"><paramref name="read"/> failed or gave nothing.</exception>
    internal static T Guard<T>(Func<T?> read)
    {
        try
        {
            return read() ?? throw new InvalidDataException("The model's description is empty.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new InvalidDataException($"The model's description is invalid: {e.Message}{Path(e)}", e);
        }
    }

    /// <summary>Where in the document, which not every message of the serializer says.</summary>
    private static string Path(Exception e) =>
        e is JsonException { Path: { Length: > 0 } path } && !e.Message.Contains("Path: ", StringComparison.Ordinal)
            ? $" Path: {path}."
            : "";

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            AllowOutOfOrderMetadataProperties = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
