using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class KeyVocabularyTests
{
    // Texts that fill a piece of what is hashed at once, that go beyond it, and none at all.
    [Theory]
    [InlineData(new[] { 3 })]
    [InlineData(new[] { 0, 1, 2047, 2046, 5, 9000, 0, 3 })]
    [InlineData(new[] { 2046, 2048, 1, 1023, 1021, 1 })]
    public void The_fingerprint_is_the_hash_of_the_type_and_of_each_text_after_its_length(int[] lengths)
    {
        var ml = new MLContext(1);
        string[] texts = [.. lengths.Select((n, i) => new string((char)('a' + i), n))];
        var rows = ml.Data.LoadFromEnumerable(texts.Select(t => new Row { Item = t }));
        var options = ml.Data.LoadFromEnumerable(texts.Distinct().Select(t => new Row { Item = t }));
        var column = ml.Transforms.Conversion.MapValueToKey("Item", keyData: options).Fit(rows).Transform(rows).Schema["Item"];
        var vocabulary = KeyVocabulary.Of(column)!;

        using var plain = new MemoryStream();
        plain.Write(Encoding.UTF8.GetBytes(vocabulary.ItemType.ToString()!));
        foreach (var text in vocabulary.Texts())
        {
            plain.Write(BitConverter.GetBytes(text.Length));
            plain.Write(Encoding.Unicode.GetBytes(text.ToString()));
        }
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()).AsSpan(0, 16)), vocabulary.Fingerprint());
    }

    private sealed class Row
    {
        public string Item { get; set; } = "";
    }
}
