using System.Buffers.Binary;
using System.Text;

namespace SuperMoe.ML.Interop;

/// <summary>
/// Marks one symbol version that an ELF64 library needs as weak (VER_FLG_WEAK), so that the dynamic linker warns
/// instead of refusing when the system's library does not define it.
/// Layout: ELF gABI, and "Symbol Versioning" in the Linux Standard Base, chapter 10.7.
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint SectionVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>Sets the weak flag on every need of <paramref name="version"/> in <paramref name="image"/>.</summary>
    /// <returns>The number of entries newly marked; 0 when the library does not need that version, or is marked already.</returns>
    /// <exception cref="InvalidDataException">The bytes are no little-endian ELF64 image, or are cut off.</exception>
    public static int MarkWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..4].SequenceEqual("\u007fELF"u8) || image[4] != 2 || image[5] != 1)
        {
            throw new InvalidDataException("Not a little-endian ELF64 library.");
        }
        try
        {
            return Mark(image, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The ELF library is cut off or damaged.", e);
        }
    }

    private static int Mark(Span<byte> image, ReadOnlySpan<byte> version)
    {
        var sections = checked((int)ReadU64(image, 40));
        int size = ReadU16(image, 58), count = ReadU16(image, 60);
        var marked = 0;
        for (var s = 0; s < count; s++)
        {
            var section = checked(sections + (s * size));
            if (ReadU32(image, section + 4) != SectionVersionNeeds) { continue; }
            var strings = checked(sections + ((int)ReadU32(image, section + 40) * size));
            marked += MarkSection(image, checked((int)ReadU64(image, section + 24)), checked((int)ReadU64(image, strings + 24)), version);
        }
        return marked;
    }

    // A section is a chain of files (Verneed), each with a chain of versions (Vernaux). A link is the distance to the
    // next, 0 at the end; links only lead forward, so that a damaged chain ends too.
    private static int MarkSection(Span<byte> image, int file, int names, ReadOnlySpan<byte> version)
    {
        var marked = 0;
        for (var next = 1; next != 0; file = checked(file + next))
        {
            var need = checked(file + (int)ReadU32(image, file + 8));
            for (var nextNeed = 1; nextNeed != 0; need = checked(need + nextNeed))
            {
                marked += MarkNeed(image, need, names, version);
                nextNeed = checked((int)ReadU32(image, need + 12));
            }
            next = checked((int)ReadU32(image, file + 12));
        }
        return marked;
    }

    private static int MarkNeed(Span<byte> image, int need, int names, ReadOnlySpan<byte> version)
    {
        var name = image[checked(names + (int)ReadU32(image, need + 8))..];
        // Names end with a zero byte.
        if (name.Length <= version.Length || name[version.Length] != 0 || !name[..version.Length].SequenceEqual(version)) { return 0; }
        var flags = ReadU16(image, need + 4);
        BinaryPrimitives.WriteUInt16LittleEndian(image[(need + 4)..], (ushort)(flags | Weak));
        return (flags & Weak) == 0 ? 1 : 0;
    }

    private static ushort ReadU16(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);

    private static uint ReadU32(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);

    private static ulong ReadU64(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt64LittleEndian(image[at..]);
}
