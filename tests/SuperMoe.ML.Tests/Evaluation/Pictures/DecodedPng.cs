using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SuperMoe.ML.Evaluation.Pictures;

namespace SuperMoe.ML.Tests.Evaluation.Pictures;

/// <summary>A PNG file of red, green and blue read back, with every check that the format has: signature, order, lengths, CRC-32 bit by bit, Adler-32.</summary>
internal sealed class DecodedPng
{
    private readonly byte[] _lines; // each with its filter before it

    private DecodedPng(int width, int height, byte[] lines) => (Width, Height, _lines) = (width, height, lines);

    public int Width { get; }

    public int Height { get; }

    public PixelColor this[int x, int y]
    {
        get
        {
            var at = (y * ((3 * Width) + 1)) + 1 + (3 * x);
            return new PixelColor(_lines[at], _lines[at + 1], _lines[at + 2]);
        }
    }

    public static DecodedPng Of(byte[] file)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(file[..8]));
        var chunks = new List<(string Type, byte[] Data)>();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var body = file.AsSpan(at + 4, 4 + length);
            Assert.Equal(Crc(body), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(body[..4]), body[4..].ToArray()));
            at += 12 + length;
        }
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(c => c.Type));
        var header = chunks[0].Data;
        Assert.Equal([8, 2, 0, 0, 0], header[8..]);
        Assert.Empty(chunks[2].Data);
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        using var zip = new ZLibStream(new MemoryStream(chunks[1].Data), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        zip.CopyTo(lines);
        Assert.Equal(height * ((3 * width) + 1), lines.Length);
        var bytes = lines.ToArray();
        for (var y = 0; y < height; y++) { Assert.Equal(0, bytes[y * ((3 * width) + 1)]); }
        return new DecodedPng(width, height, bytes);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) { crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320); }
        }
        return ~crc;
    }
}
