using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace SuperMoe.ML.Persistence;

/// <summary>
/// Writes tensors as a safetensors file (https://github.com/huggingface/safetensors): the header's length as 8 bytes little-endian, the
/// JSON header padded with spaces to a multiple of 8 bytes, the tensors' bytes. The same tensors always give the same bytes, whatever their
/// order in memory.
/// </summary>
internal static class SafetensorsWriter
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes all of <paramref name="tensors"/>, of any device; one that is not in processor memory is copied there while it is written.
    /// </summary>
    /// <param name="stream">Where to write; it need not seek and stays open.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Texts for the header.</param>
    /// <exception cref="ArgumentException">A name or an element type that the format cannot hold.</exception>
    public static void Write(
        Stream stream,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = new SafetensorsHeader(Layout(tensors), metadata ?? new Dictionary<string, string>());
        WriteHeader(stream, header);
        foreach (var entry in header.Entries) { TensorChunks.Write(tensors[entry.Name], stream); }
    }

    /// <summary>
    /// Tensors of larger elements come first, then by name: every tensor then begins at a multiple of its element size, which readers that
    /// map the file into memory need.
    /// </summary>
    private static List<SafetensorsEntry> Layout(IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (var (name, tensor) in tensors) { Check(name, tensor); }
        var entries = new List<SafetensorsEntry>(tensors.Count);
        long offset = 0;
        var ordered = tensors.OrderByDescending(t => SafetensorsTypes.Size(t.Value.dtype)).ThenBy(t => t.Key, StringComparer.Ordinal);
        foreach (var (name, tensor) in ordered)
        {
            var shape = tensor.shape;
            var end = checked(offset + SafetensorsTypes.Length(tensor.dtype, shape)!.Value);
            entries.Add(new SafetensorsEntry(name, tensor.dtype, shape, offset, end));
            offset = end;
        }
        return entries;
    }

    private static void Check(string name, Tensor tensor)
    {
        if (name == SafetensorsHeader.MetadataName)
        {
            throw new ArgumentException($"A tensor cannot be called '{name}': the format keeps this name for metadata.", nameof(name));
        }
        if (SafetensorsTypes.Name(tensor.dtype) is null)
        {
            throw new ArgumentException($"Tensor '{name}' is of type {tensor.dtype}, not one of {SafetensorsTypes.Names}.", nameof(tensor));
        }
    }

    private static void WriteHeader(Stream stream, SafetensorsHeader header)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_json)) { header.WriteTo(json); }
        var padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        if (buffer.WrittenCount > SafetensorsHeader.MaxLength)
        {
            throw new ArgumentException(
                $"The names and metadata make a header of {buffer.WrittenCount} bytes; at most {SafetensorsHeader.MaxLength} are allowed.",
                nameof(header));
        }
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, buffer.WrittenCount);
        stream.Write(length);
        stream.Write(buffer.WrittenSpan);
    }
}
