using SuperMoe.ML.Data;
using static TorchSharp.torch;

namespace SuperMoe.ML.Persistence;

/// <summary>
/// The items' attributes as tensors of the weights' file: for each key field <c>attributes.FIELD.offsets</c> (V + 2 of int32) and
/// <c>attributes.FIELD.values</c> (int32), and <c>attributes.numbers</c> ((V + 1) × NumberCount of float32) if there are numbers.
/// </summary>
internal static class ItemAttributesTensors
{
    private const string Numbers = "attributes.numbers";

    /// <summary>What the model's JSON says of <paramref name="attributes"/>.</summary>
    public static ItemAttributesDocument Describe(ItemAttributes attributes) => new(
        [.. attributes.KeyFields.Select((f, i) => new AttributeFieldDocument(f.Name, f.Count, attributes.Values[i].Length))],
        attributes.NumberCount);

    /// <summary>The tensors to write. They are copies, which the caller or its scope disposes.</summary>
    public static Dictionary<string, Tensor> ToTensors(ItemAttributes attributes)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (var i = 0; i < attributes.KeyFields.Count; i++)
        {
            tensors.Add(Offsets(attributes.KeyFields[i].Name), tensor(attributes.Offsets[i]));
            tensors.Add(Values(attributes.KeyFields[i].Name), tensor(attributes.Values[i]));
        }
        if (attributes.NumberCount > 0) { tensors.Add(Numbers, tensor(attributes.Numbers).view(-1, attributes.NumberCount)); }
        return tensors;
    }

    /// <summary>Destinations for <see cref="SafetensorsReader.ReadInto"/>, which the caller or its scope disposes.</summary>
    /// <param name="document">The attributes' form.</param>
    /// <param name="itemCount">The number of items V.</param>
    public static Dictionary<string, Tensor> Allocate(ItemAttributesDocument document, int itemCount)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var field in document.Fields)
        {
            tensors.Add(Offsets(field.Name), empty(itemCount + 2L, ScalarType.Int32));
            tensors.Add(Values(field.Name), empty(field.Values, ScalarType.Int32));
        }
        if (document.NumberCount > 0) { tensors.Add(Numbers, empty(itemCount + 1L, document.NumberCount, ScalarType.Float32)); }
        return tensors;
    }

    /// <summary>
    /// The attributes that <see cref="SafetensorsReader.ReadInto"/> has filled into the tensors of <see cref="Allocate"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// Offsets that do not rise from 0 to the number of values, a key outside 1..Count, or a number that is not finite.
    /// </exception>
    public static ItemAttributes FromTensors(ItemAttributesDocument document, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var offsets = document.Fields.Select(f => tensors[Offsets(f.Name)].data<int>().ToArray()).ToArray();
        var values = document.Fields.Select(f => tensors[Values(f.Name)].data<int>().ToArray()).ToArray();
        var numbers = document.NumberCount > 0 ? tensors[Numbers].data<float>().ToArray() : [];
        for (var i = 0; i < document.Fields.Count; i++) { Check(document.Fields[i], offsets[i], values[i]); }
        if (!Array.TrueForAll(numbers, float.IsFinite))
        {
            throw new InvalidDataException($"Tensor '{Numbers}': holds a number that is not finite.");
        }
        return new ItemAttributes
        {
            KeyFields = [.. document.Fields.Select(f => new KeyField(f.Name, f.Count))],
            Offsets = offsets,
            Values = values,
            NumberCount = document.NumberCount,
            Numbers = numbers,
        };
    }

    private static string Offsets(string field) => $"attributes.{field}.offsets";

    private static string Values(string field) => $"attributes.{field}.values";

    private static void Check(AttributeFieldDocument field, int[] offsets, int[] values)
    {
        var rises = offsets[0] == 0 && offsets[1] == 0 && offsets[^1] == values.Length; // the missing item, 0, has no values
        for (var i = 1; i < offsets.Length; i++) { rises &= offsets[i] >= offsets[i - 1]; }
        if (!rises)
        {
            throw new InvalidDataException(
                $"Tensor '{Offsets(field.Name)}': does not rise from 0, 0 to the number of values, {values.Length}.");
        }
        foreach (var key in values)
        {
            if (key < 1 || key > field.Count)
            {
                throw new InvalidDataException(
                    $"Tensor '{Values(field.Name)}': holds the key {key}, which is not from 1 to {field.Count}.");
            }
        }
    }
}
