using System.Buffers.Binary;
using static TorchSharp.torch;

namespace SuperMoe.ML.Persistence;

/// <summary>
/// Reads a safetensors file from start to end, from any stream. The header is checked as a whole before the first tensor is read, and
/// tensors are read straight into memory that the caller has allocated: a damaged or hostile file cannot make it allocate, and no code
/// runs.
/// </summary>
internal sealed class SafetensorsReader
{
    private const int FirstPiece = 1 << 16;

    private readonly Stream _stream;
    private readonly SafetensorsHeader _header;
    private bool _isRead;

    private SafetensorsReader(Stream stream, SafetensorsHeader header)
    {
        _stream = stream;
        _header = header;
    }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The file's own texts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Reads and checks the header.</summary>
    /// <param name="stream">The file, at its start and up to the stream's end. It stays open.</param>
    /// <param name="length">
    /// The file's length, where the stream itself cannot say it; without it, a file that is too short is noticed when its data ends.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The header breaks a rule of the format or asks for more bytes than there are; the message says which.
    /// </exception>
    public static SafetensorsReader Open(Stream stream, long? length = null)
    {
        var available = stream.CanSeek ? stream.Length - stream.Position : length;
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
        {
            throw new InvalidDataException("Not a safetensors file: it is shorter than the 8 bytes of the header's length.");
        }
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafetensorsHeader.MaxLength)
        {
            throw new InvalidDataException(
                $"The safetensors header claims to have {headerLength} bytes; at most {SafetensorsHeader.MaxLength} are allowed.");
        }
        var header = SafetensorsHeader.Parse(ReadHeader(stream, (int)headerLength));
        if (available is { } bytes && bytes - 8 - (long)headerLength != header.DataLength)
        {
            throw new InvalidDataException(
                $"The safetensors file has {bytes - 8 - (long)headerLength} bytes of data, but its tensors need {header.DataLength}.");
        }
        return new SafetensorsReader(stream, header);
    }

    /// <summary>
    /// Reads every tensor of the file into the destination of the same name. Values only are changed: devices and gradients' settings stay.
    /// When it throws, the destinations may be partly filled.
    /// </summary>
    /// <param name="destinations">By name: tensors of the types and shapes that the file must have.</param>
    /// <exception cref="InvalidDataException">
    /// Names, types or shapes differ, each with what is expected and found, or the data ends early or late.
    /// </exception>
    /// <exception cref="InvalidOperationException">The data has been read before.</exception>
    public void ReadInto(IReadOnlyDictionary<string, Tensor> destinations)
    {
        if (_isRead) { throw new InvalidOperationException("The tensors of this safetensors stream have been read."); }
        SafetensorsFit.Check(Entries, destinations);
        _isRead = true;
        foreach (var entry in Entries) { Read(entry, destinations[entry.Name]); }
        if (_stream.ReadByte() >= 0)
        {
            throw new InvalidDataException($"The safetensors file goes on after the {_header.DataLength} bytes of its tensors.");
        }
    }

    private void Read(SafetensorsEntry entry, Tensor destination)
    {
        try
        {
            TensorChunks.Read(destination, _stream);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"Tensor '{entry.Name}': the file ends before its {entry.Length} bytes.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"Tensor '{entry.Name}': {e.Message}.", e);
        }
    }

    /// <summary>Grows with what really arrives, not with what the length claims.</summary>
    private static ReadOnlyMemory<byte> ReadHeader(Stream stream, int length)
    {
        var buffer = new byte[Math.Min(length, FirstPiece)];
        for (var filled = 0; ;)
        {
            filled += stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            if (filled < buffer.Length)
            {
                throw new InvalidDataException($"The safetensors file ends after {filled} of its header's {length} bytes.");
            }
            if (filled == length) { return buffer; }
            Array.Resize(ref buffer, (int)Math.Min(length, 2L * buffer.Length));
        }
    }
}
