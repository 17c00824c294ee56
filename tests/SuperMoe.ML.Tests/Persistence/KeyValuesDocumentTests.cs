using System.Text.Json;
using SuperMoe.ML.Persistence;

namespace SuperMoe.ML.Tests.Persistence;

public sealed class KeyValuesDocumentTests
{
    public static TheoryData<string, Array> Vocabularies => new()
    {
        { "boolean", new[] { false, true } },
        { "sByte", new sbyte[] { sbyte.MinValue, 0, sbyte.MaxValue } },
        { "byte", new byte[] { 0, byte.MaxValue } },
        { "int16", new short[] { short.MinValue, short.MaxValue } },
        { "uInt16", new ushort[] { ushort.MaxValue } },
        { "int32", new[] { int.MinValue, -1, int.MaxValue } },
        { "uInt32", new[] { uint.MaxValue } },
        { "int64", new[] { long.MinValue, long.MaxValue } },
        { "uInt64", new[] { ulong.MaxValue } },
        { "single", new[] { 0.1f, -0f, float.Epsilon, float.MaxValue, float.NaN, float.PositiveInfinity } },
        { "double", new[] { 0.1, 1.0 / 3, -0.0, double.Epsilon, double.MaxValue, double.NaN, double.NegativeInfinity } },
        { "dateTime", new[] { DateTime.MinValue, new DateTime(2024, 2, 29, 1, 2, 3, 4, DateTimeKind.Utc).AddTicks(1), new DateTime(5, DateTimeKind.Local) } },
        { "dateTimeOffset", new[] { new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(-5.5)).AddTicks(7) } },
        { "timeSpan", new[] { TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromTicks(-1) } },
    };

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Values_of_each_type_come_back_equal(string tag, Array values)
    {
        var json = JsonSerializer.Serialize(KeyValuesDocument.From(values), ModelJson.Options);
        Assert.Contains($"\"type\": \"{tag}\"", json, StringComparison.Ordinal);
        var restored = JsonSerializer.Deserialize<KeyValuesDocument>(json, ModelJson.Options)!.ToArray();
        Assert.Equal(values, restored);
        Assert.Equal(values.GetType(), restored!.GetType());
        if (values is double[] doubles) { Assert.Equal(doubles.Select(BitConverter.DoubleToInt64Bits), ((double[])restored).Select(BitConverter.DoubleToInt64Bits)); }
        if (values is DateTime[] times) { Assert.Equal(times.Select(t => t.Kind), ((DateTime[])restored).Select(t => t.Kind)); }
    }

    [Fact]
    public void Texts_come_back_as_ML_NET_holds_them()
    {
        string[] texts = ["", " ", "a\"b\\c\n", "男", "😀", "1"];
        var json = JsonSerializer.Serialize(KeyValuesDocument.From(texts), ModelJson.Options);
        var restored = Assert.IsType<ReadOnlyMemory<char>[]>(JsonSerializer.Deserialize<KeyValuesDocument>(json, ModelJson.Options)!.ToArray());
        Assert.Equal(texts, restored.Select(t => t.ToString()));
        Assert.Equal(KeyValuesDocument.From(texts).Values, KeyValuesDocument.From(texts.Select(t => t.AsMemory()).ToArray()).Values);
    }

    [Fact]
    public void Keys_without_values_keep_their_number()
    {
        var json = JsonSerializer.Serialize(KeyValuesDocument.Unknown(1 << 20), ModelJson.Options);
        var restored = JsonSerializer.Deserialize<KeyValuesDocument>(json, ModelJson.Options)!;
        Assert.Equal(1 << 20, restored.Count);
        Assert.Null(restored.ToArray());
    }

    [Fact]
    public void A_type_that_cannot_be_saved_is_refused() =>
        Assert.Contains("Guid", Assert.Throws<ArgumentException>(() => KeyValuesDocument.From(new Guid[1])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_null_value_is_refused() =>
        Assert.Contains("values[0]", Assert.Throws<InvalidDataException>(
            () => new KeyValuesDocument(KeyValueType.Int32, 1, [null!]).ToArray()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_null_text_is_refused() =>
        Assert.Contains("values[0]", Assert.Throws<InvalidDataException>(
            () => new KeyValuesDocument(KeyValueType.Text, 1, [null!]).ToArray()).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_type_but_none_has_a_codec_of_its_own() =>
        Assert.All(Enum.GetValues<KeyValueType>(), t => Assert.Equal(t == KeyValueType.None, KeyValueCodec.Of(t) is null));
}
