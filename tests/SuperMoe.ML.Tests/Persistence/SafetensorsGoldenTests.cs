using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Persistence;

/// <summary>The bytes themselves: made by hand from the format's description, and read by a parser that shares no code with ours.</summary>
public sealed class SafetensorsGoldenTests : IDisposable
{
    private const string GoldenHeader =
        """{"__metadata__":{"made":"by hand"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"k":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Written_bytes_equal_a_file_made_by_hand()
    {
        var tensors = new Dictionary<string, Tensor> { ["k"] = tensor(new byte[] { 7, 8, 9 }), ["w"] = tensor(new[] { 1f, -2f }).view(2, 1) };
        var metadata = new Dictionary<string, string> { ["made"] = "by hand" };
        Assert.Equal(GoldenFile(), SafetensorsFiles.Write(tensors, metadata));
    }

    [Fact]
    public void A_file_made_by_hand_is_read()
    {
        var w = zeros(2, 1);
        var k = zeros(3, ScalarType.Byte);
        SafetensorsFiles.ReadInto(GoldenFile(), new Dictionary<string, Tensor> { ["w"] = w, ["k"] = k });
        Assert.Equal([1f, -2f], w.data<float>().ToArray());
        Assert.Equal(new byte[] { 7, 8, 9 }, k.bytes.ToArray());
    }

    [SkippableFact]
    public void Python_reads_what_is_written()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["double"] = tensor(new[] { 0.1, -1e300 }),
            ["float"] = tensor(new[] { 1.5f, -2f, 3f, 4f, 5f, 6f }).view(2, 3),
            ["half"] = tensor(new[] { 0.5f, 2f }).to(ScalarType.Float16),
            ["long"] = tensor(new[] { long.MinValue, long.MaxValue }),
            ["int"] = tensor(12).to(ScalarType.Int32),
            ["flags"] = tensor(new[] { true, false, true }),
            ["none"] = zeros(0, 4),
        };
        using var read = PythonSafetensors.Read(SafetensorsFiles.Write(tensors));
        string Values(string name) => read.RootElement.GetProperty(name).GetRawText().Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal("[[2],[0.1,-1e+300]]", Values("double"));
        Assert.Equal("[[2,3],[1.5,-2.0,3.0,4.0,5.0,6.0]]", Values("float"));
        Assert.Equal("[[2],[0.5,2.0]]", Values("half"));
        Assert.Equal("[[2],[-9223372036854775808,9223372036854775807]]", Values("long"));
        Assert.Equal("[[],[12]]", Values("int"));
        Assert.Equal("[[3],[true,false,true]]", Values("flags"));
        Assert.Equal("[[0,4],[]]", Values("none"));
    }

    private static byte[] GoldenFile()
    {
        var padded = GoldenHeader.PadRight((GoldenHeader.Length + 7) / 8 * 8);
        return [.. BitConverter.GetBytes((long)padded.Length), .. Encoding.ASCII.GetBytes(padded),
            0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0, 7, 8, 9];
    }
}
