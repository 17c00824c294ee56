using System.IO.Compression;
using SuperMoe.ML.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Persistence;

public sealed class SafetensorsRoundTripTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Tensors_of_each_type_and_shape_come_back_equal(ScalarType type)
    {
        long[][] shapes = [[], [0], [1], [7], [3, 0, 2], [2, 3, 5], [1, 1, 1, 1, 4]];
        var tensors = new Dictionary<string, Tensor>();
        foreach (var shape in shapes) { tensors.Add($"s{string.Join('x', shape)}", Values(shape, type)); }
        var restored = tensors.ToDictionary(t => t.Key, t => zeros(t.Value.shape, type));

        SafetensorsFiles.ReadInto(SafetensorsFiles.Write(tensors), restored);

        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.shape, restored[name].shape);
            Assert.Equal(tensor.bytes.ToArray(), restored[name].bytes.ToArray());
        }
        Assert.Contains(restored.Values, t => t.numel() > 0 && t.to(ScalarType.Float32).sum().item<float>() > 0);
    }

    [Fact]
    public void Special_numbers_keep_their_bits()
    {
        float[] numbers = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue, BitConverter.Int32BitsToSingle(0x7FA00001)];
        var restored = zeros(numbers.Length);
        SafetensorsFiles.ReadInto(SafetensorsFiles.Write(One("x", tensor(numbers))), One("x", restored));
        Assert.Equal(numbers.Select(BitConverter.SingleToInt32Bits), restored.data<float>().ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void A_tensor_of_several_chunks_comes_back_equal_through_any_stream()
    {
        var count = (2L * TensorChunks.ChunkBytes / sizeof(float)) + 12345; // two chunks and a part
        var source = arange(count, ScalarType.Float32);
        var file = SafetensorsFiles.Write(One("big", source));
        Assert.True(file.AsSpan(8 + (int)BitConverter.ToInt64(file)).SequenceEqual(source.bytes));
        foreach (var most in new[] { int.MaxValue, 1000 + 1 })
        {
            var restored = zeros(count);
            SafetensorsReader.Open(new ForwardOnlyStream(new MemoryStream(file), most)).ReadInto(One("big", restored));
            AssertSame(source, restored);
        }
    }

    [Fact]
    public void A_compressed_zip_entry_is_read_without_seeking()
    {
        var source = new Dictionary<string, Tensor> { ["w"] = rand(40, 30), ["b"] = arange(9, ScalarType.Int32) };
        using var zipped = new MemoryStream();
        using (var zip = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("weights").Open())
        {
            SafetensorsWriter.Write(entry, source);
        }
        var restored = new Dictionary<string, Tensor> { ["w"] = zeros(40, 30), ["b"] = zeros(9, ScalarType.Int32) };
        using (var zip = new ZipArchive(zipped, ZipArchiveMode.Read))
        {
            var entry = zip.GetEntry("weights")!;
            using var stream = entry.Open();
            SafetensorsReader.Open(stream, entry.Length).ReadInto(restored);
        }
        Assert.All(source, s => AssertSame(s.Value, restored[s.Key]));
    }

    [Fact]
    public void Tensors_with_gaps_and_with_gradients_are_written_and_read()
    {
        var source = rand(5, 4).t();
        var parameter = new TorchSharp.Modules.Parameter(zeros(4, 5), requires_grad: true);
        var withGaps = zeros(5, 4).t();
        var file = SafetensorsFiles.Write(One("x", source));
        SafetensorsFiles.ReadInto(file, One("x", parameter));
        SafetensorsFiles.ReadInto(file, One("x", withGaps));
        Assert.False(source.is_contiguous() || withGaps.is_contiguous());
        Assert.True(parameter.requires_grad && parameter.is_leaf);
        AssertSame(source, parameter);
        AssertSame(source, withGaps);
        Assert.Equal(file, SafetensorsFiles.Write(One("x", parameter)));
    }

    [Fact]
    public void Writing_and_reading_leave_no_tensor_behind()
    {
        var source = rand(300, 1000);
        var restored = zeros(300, 1000);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        SafetensorsFiles.ReadInto(SafetensorsFiles.Write(One("x", source)), One("x", restored));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes_in_any_order()
    {
        var a = rand(3);
        var b = ones(3, ScalarType.Byte);
        var c = rand(2, 2);
        var one = SafetensorsFiles.Write(new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b, ["c"] = c });
        var two = SafetensorsFiles.Write(new Dictionary<string, Tensor> { ["c"] = c, ["b"] = b, ["a"] = a });
        Assert.Equal(one, two);
    }

    [Fact]
    public void Each_tensor_begins_at_a_multiple_of_its_element_size()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["a"] = ones(3, ScalarType.Byte),
            ["b"] = ones(3, ScalarType.Float16),
            ["c"] = ones(3, ScalarType.Float32),
            ["d"] = ones(3, ScalarType.Float64),
        };
        var file = SafetensorsFiles.Write(tensors);
        Assert.Equal(0, BitConverter.ToInt64(file) % 8);
        var entries = SafetensorsReader.Open(new MemoryStream(file)).Entries;
        Assert.Equal(["d", "c", "b", "a"], entries.Select(e => e.Name));
        Assert.All(entries, e => Assert.Equal(0, e.Begin % tensors[e.Name].ElementSize));
    }

    [Fact]
    public void Names_and_metadata_of_any_script_come_back()
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["说明"] = "a \"quoted\" line\n" };
        var file = SafetensorsFiles.Write(One("слой.0/权重 \"x\"", rand(2)), metadata);
        var reader = SafetensorsReader.Open(new MemoryStream(file));
        Assert.Equal("слой.0/权重 \"x\"", Assert.Single(reader.Entries).Name);
        Assert.Equal(metadata, reader.Metadata);
    }

    [Fact]
    public void A_file_without_tensors_is_a_file()
    {
        var file = SafetensorsFiles.Write(new Dictionary<string, Tensor>());
        var reader = SafetensorsReader.Open(new MemoryStream(file));
        reader.ReadInto(new Dictionary<string, Tensor>());
        Assert.Empty(reader.Entries);
    }

    [Fact]
    public void Writing_refuses_what_the_format_cannot_hold()
    {
        var complex = Assert.Throws<ArgumentException>(() => SafetensorsFiles.Write(One("z", zeros(2, ScalarType.ComplexFloat32))));
        Assert.Contains("'z' is of type ComplexFloat32", complex.Message, StringComparison.Ordinal);
        var name = Assert.Throws<ArgumentException>(() => SafetensorsFiles.Write(One("__metadata__", zeros(2))));
        Assert.Contains("__metadata__", name.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.contiguous().bytes.SequenceEqual(actual.contiguous().bytes));
    }

    private static Dictionary<string, Tensor> One(string name, Tensor tensor) => new() { [name] = tensor };

    private static Tensor Values(long[] shape, ScalarType type)
    {
        long count = 1;
        foreach (var size in shape) { count *= size; }
        var numbers = arange(1, count + 1, ScalarType.Int64).view(shape);
        return type == ScalarType.Bool ? numbers.remainder(2).eq(1) : numbers.to(type);
    }
}
