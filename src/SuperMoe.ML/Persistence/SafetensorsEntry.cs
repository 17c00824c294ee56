using static TorchSharp.torch;

namespace SuperMoe.ML.Persistence;

/// <summary>One tensor of a safetensors file, as its header declares it.</summary>
/// <param name="Name">The tensor's name, unique in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where its bytes end.</param>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>The number of bytes.</summary>
    public long Length => End - Begin;
}
