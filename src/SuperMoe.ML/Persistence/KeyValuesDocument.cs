namespace SuperMoe.ML.Persistence;

/// <summary>The vocabulary of a key column: what keys 1..Count stand for.</summary>
/// <param name="Type">The type of the values.</param>
/// <param name="Count">The number of keys.</param>
/// <param name="Values">
/// The values of keys 1..Count as texts, numbers and times in their invariant, exact form; <see langword="null"/> for
/// <see cref="KeyValueType.None"/>.
/// </param>
internal sealed record KeyValuesDocument(KeyValueType Type, int Count, IReadOnlyList<string>? Values)
{
    /// <summary>Keys of which only the number is known.</summary>
    public static KeyValuesDocument Unknown(int count) => new(KeyValueType.None, count, null);

    /// <summary>
    /// Keys that stand for <paramref name="values"/>: an array of texts (ReadOnlyMemory of Char or String), Boolean, numbers, DateTime,
    /// DateTimeOffset or TimeSpan.
    /// </summary>
    /// <exception cref="ArgumentException">An array of another type.</exception>
    public static KeyValuesDocument From(Array values)
    {
        var elementType = values.GetType().GetElementType()!;
        var codec = KeyValueCodec.Of(elementType)
            ?? throw new ArgumentException($"Key values of type {elementType.Name} cannot be saved.", nameof(values));
        return new(codec.Type, values.Length, [.. values.Cast<object>().Select(codec.Format)]);
    }

    /// <summary>
    /// The values as an array of their own type, texts as ReadOnlyMemory of Char; <see langword="null"/> if only the number is known.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// A value is not of the type, or their number is not <see cref="Count"/>; the message says where.
    /// </exception>
    public Array? ToArray()
    {
        if (KeyValueCodec.Of(Type) is not { } codec)
        {
            return Values is null ? null : throw new InvalidDataException("values: must be null where the type is none.");
        }
        if (Values?.Count != Count) { throw new InvalidDataException($"values: has {Values?.Count ?? 0} entries, but count is {Count}."); }
        var array = Array.CreateInstance(codec.ElementType, Count);
        for (var i = 0; i < Count; i++) { array.SetValue(Parse(codec, i), i); }
        return array;
    }

    private object Parse(KeyValueCodec codec, int index)
    {
        var text = Values![index] ?? throw new InvalidDataException($"values[{index}]: is null, must be of type {Type}.");
        try
        {
            return codec.Parse(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InvalidDataException($"values[{index}]: '{text}' is not of type {Type}.", e);
        }
    }
}
