using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>Writes PNG files (ISO/IEC 15948): 8 bits of red, green and blue, no filter, one block of data.</summary>
internal static class PngEncoder
{
    private const uint Polynomial = 0xEDB88320; // of CRC-32, its lowest power first

    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(n => Remainder((uint)n))];

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">height × width × 3 bytes.</param>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits
        header[9] = 2; // red, green and blue; no interlace
        Chunk(file, "IHDR", header);
        Chunk(file, "IDAT", Compress(width, height, pixels));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Compress(int width, int height, ReadOnlySpan<byte> pixels)
    {
        using var data = new MemoryStream();
        using (var zip = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                zip.WriteByte(0); // no filter
                zip.Write(pixels.Slice(y * 3 * width, 3 * width));
            }
        }
        return data.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        var name = Encoding.ASCII.GetBytes(type);
        file.Write(name);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, name), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data) { crc = s_table[(byte)(crc ^ value)] ^ (crc >> 8); }
        return crc;
    }

    private static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++) { value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ Polynomial; }
        return value;
    }
}
