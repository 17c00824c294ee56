using static TorchSharp.torch;

namespace SuperMoe.ML.Persistence;

/// <summary>The element types a safetensors file may hold here, under the names the format gives them.</summary>
internal static class SafetensorsTypes
{
    private static readonly (ScalarType Type, string Name, int Size)[] s_types =
    [
        (ScalarType.Float64, "F64", 8),
        (ScalarType.Float32, "F32", 4),
        (ScalarType.Float16, "F16", 2),
        (ScalarType.BFloat16, "BF16", 2),
        (ScalarType.Int64, "I64", 8),
        (ScalarType.Int32, "I32", 4),
        (ScalarType.Byte, "U8", 1),
        (ScalarType.Bool, "BOOL", 1),
    ];

    /// <summary>The names of all types, for messages.</summary>
    public static string Names => string.Join(", ", s_types.Select(t => t.Name));

    /// <summary>The type called <paramref name="name"/>; <see langword="null"/> if there is none.</summary>
    public static ScalarType? Find(string name)
    {
        foreach (var type in s_types)
        {
            if (type.Name == name) { return type.Type; }
        }
        return null;
    }

    /// <summary>The format's name of <paramref name="type"/>; <see langword="null"/> if it has none here.</summary>
    public static string? Name(ScalarType type)
    {
        foreach (var known in s_types)
        {
            if (known.Type == type) { return known.Name; }
        }
        return null;
    }

    /// <summary>The number of bytes of an element of a type that has a name here.</summary>
    public static int Size(ScalarType type) => s_types.First(t => t.Type == type).Size;

    /// <summary>The number of bytes of a tensor; <see langword="null"/> if a size is negative or the product overflows.</summary>
    public static long? Length(ScalarType type, IReadOnlyList<long> shape)
    {
        long length = Size(type);
        foreach (var size in shape)
        {
            if (size < 0 || Math.BigMul(length, size, out var product) != 0 || product < 0) { return null; }
            length = product;
        }
        return length;
    }

    /// <summary>A type and shape for messages, such as <c>F32 [3, 4]</c>.</summary>
    public static string Describe(ScalarType type, IReadOnlyList<long> shape) =>
        $"{Name(type) ?? type.ToString()} [{string.Join(", ", shape)}]";
}
