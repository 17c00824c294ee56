using System.Buffers.Binary;
using System.Text;

namespace SuperMoe.ML.Tests.Interop;

/// <summary>The smallest ELF64 image with a .gnu.version_r: one file which needs the given versions.</summary>
internal static class SyntheticElf
{
    private const int Header = 64;
    private const int Section = 64;
    private const int Verneed = 16;
    private const int Vernaux = 16;

    public static byte[] Needing(params string[] versions)
    {
        var names = new MemoryStream();
        names.WriteByte(0);
        var offsets = versions.Select(v => Append(names, v)).ToArray();
        int needs = Header, strings = needs + Verneed + (versions.Length * Vernaux), sections = strings + (int)names.Length;
        var image = new byte[sections + (3 * Section)];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(image, 0);
        U64(image, 40, (ulong)sections);
        U16(image, 58, Section);
        U16(image, 60, 3);
        U16(image, needs, 1);
        U16(image, needs + 2, (ushort)versions.Length);
        U32(image, needs + 8, Verneed);
        for (var i = 0; i < versions.Length; i++)
        {
            var need = needs + Verneed + (i * Vernaux);
            U32(image, need + 8, (uint)offsets[i]);
            U32(image, need + 12, i + 1 < versions.Length ? Vernaux : 0u);
        }
        names.ToArray().CopyTo(image, strings);
        U32(image, sections + Section + 4, 0x6ffffffe); // section 1: SHT_GNU_verneed, whose strings are section 2
        U64(image, sections + Section + 24, (ulong)needs);
        U32(image, sections + Section + 40, 2);
        U32(image, sections + Section + 44, 1);
        U64(image, sections + (2 * Section) + 24, (ulong)strings);
        return image;
    }

    /// <summary>Where the flags of the i-th needed version are.</summary>
    public static int FlagsAt(int i) => Header + Verneed + (i * Vernaux) + 4;

    private static int Append(MemoryStream names, string version)
    {
        var at = (int)names.Length;
        names.Write(Encoding.ASCII.GetBytes(version + "\0"));
        return at;
    }

    private static void U16(byte[] image, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);

    private static void U32(byte[] image, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);

    private static void U64(byte[] image, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
}
