using System.Buffers.Binary;
using System.Text;
using SuperMoe.ML.Persistence;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Persistence;

/// <summary>Safetensors files in memory, made by the writer or by hand.</summary>
internal static class SafetensorsFiles
{
    public static byte[] Write(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>A file with any header and any data, right or wrong.</summary>
    public static byte[] Make(string header, params byte[] data) => Make(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Make(byte[] header, params byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    public static void ReadInto(byte[] file, IReadOnlyDictionary<string, Tensor> destinations) =>
        SafetensorsReader.Open(new MemoryStream(file)).ReadInto(destinations);

    public static string Refusal(byte[] file) => Assert.Throws<InvalidDataException>(() => SafetensorsReader.Open(new MemoryStream(file))).Message;
}
