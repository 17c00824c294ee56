using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperMoe.ML.Persistence;

/// <summary>Writes many whole numbers on one line of an indented document, where each would otherwise take its own.</summary>
internal sealed class OneLineNumbersConverter : JsonConverter<long[]>
{
    public override long[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) { throw new JsonException(); }
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number)) { throw new JsonException(); }
            numbers.Add(number);
        }
        return [.. numbers];
    }

    public override void Write(Utf8JsonWriter writer, long[] value, JsonSerializerOptions options) =>
        writer.WriteRawValue($"[{string.Join(',', value.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]");
}
