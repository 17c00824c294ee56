using System.Text;
using SuperMoe.ML.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Persistence;

/// <summary>Damaged and hostile files: every one is refused with a reason, and none makes the reader allocate.</summary>
public sealed class SafetensorsHostileTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("""[]""", "not an object")]
    [InlineData("""{"a":5}""", "'a'*not an object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", "'a'*'data_offsets' is missing")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", "'a'*'shape' is missing")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", "'a'*'dtype' is missing")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"code":"x"}}""", "'a'*unknown member 'code'")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", "'a'*'F31' is not one of F64, F32")]
    [InlineData("""{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}""", "'a'*'dtype' is a JSON Number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "'a'*shape[0] is -1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "'a'*shape[0] is 1.5")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "'a'*shape[0] is")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", "'a'*shape[0] is 99999999999999999999")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "'a'*data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "'a'*data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "'a'*data_offsets[0] is -4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "'a'*F32 [2] takes 8 bytes*span 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", "'a'*more than 2^63")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", "'a'*more than 2^63")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'a'*after a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'b'*inside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", "'b'*inside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", "valid JSON*'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", "valid JSON*'a'")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "valid JSON")]
    [InlineData("""{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'__metadata__.a'*not a text")]
    [InlineData("""{"__metadata__":3}""", "'__metadata__'*not an object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[[[[1]]]]],"data_offsets":[0,4]}}""", "valid JSON*depth")]
    [InlineData("""{"a":{"dtype":"F32","shape":[250000000000000],"data_offsets":[0,1000000000000000]}}""", "has 4 bytes of data*need 1000000000000000")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "has 4 bytes of data*need 3")]
    [InlineData("""{"a":""", "valid JSON")]
    [InlineData("", "valid JSON")]
    public void A_header_that_breaks_a_rule_is_refused_with_the_reason(string header, string parts)
    {
        var message = SafetensorsFiles.Refusal(SafetensorsFiles.Make(header, 0, 0, 0, 0));
        Assert.All(parts.Split('*'), part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var header = Encoding.ASCII.GetBytes("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""");
        header[2] = 0xFF;
        Assert.Contains("not valid JSON", SafetensorsFiles.Refusal(SafetensorsFiles.Make(header, 0, 0, 0, 0)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000_000_000_000_000_000L)]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    [InlineData(100_000_001L)]
    public void A_header_of_impossible_length_is_refused(long length)
    {
        Assert.Contains("at most 100000000", SafetensorsFiles.Refusal([.. BitConverter.GetBytes(length), .. new byte[64]]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_longer_than_the_file_allocates_only_what_arrives()
    {
        var file = BitConverter.GetBytes(100_000_000L).Concat(new byte[1000]).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafetensorsReader.Open(new ForwardOnlyStream(new MemoryStream(file), 100)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_given_length_stands_in_for_the_streams_own()
    {
        var file = SafetensorsFiles.Make("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 1, 2, 3, 4);
        var open = (long length) => SafetensorsReader.Open(new ForwardOnlyStream(new MemoryStream(file), 10), length);
        Assert.Single(open(file.Length).Entries);
        Assert.Throws<InvalidDataException>(() => open(file.Length - 1));
        Assert.Throws<InvalidDataException>(() => open(file.Length + 1));
    }

    [Theory]
    [InlineData(3, "'a': the file ends before its 4 bytes")]
    [InlineData(5, "goes on after the 4 bytes")]
    public void Data_that_ends_early_or_late_is_refused(int length, string reason)
    {
        var file = SafetensorsFiles.Make("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", new byte[length]);
        var reader = SafetensorsReader.Open(new ForwardOnlyStream(new MemoryStream(file), 10));
        var e = Assert.Throws<InvalidDataException>(() => reader.ReadInto(One("a", zeros(4, ScalarType.Byte))));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bool_that_is_neither_0_nor_1_is_refused_and_cleared()
    {
        var file = SafetensorsFiles.Make("""{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", 1, 2, 0);
        var flags = zeros(3, ScalarType.Bool);
        var e = Assert.Throws<InvalidDataException>(() => SafetensorsFiles.ReadInto(file, One("a", flags)));
        Assert.Contains("'a'", e.Message, StringComparison.Ordinal);
        Assert.Equal(new byte[3], flags.bytes.ToArray());
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_named_with_expected_and_found()
    {
        var file = SafetensorsFiles.Write(new Dictionary<string, Tensor> { ["shape"] = zeros(2, 3), ["type"] = zeros(2), ["extra"] = zeros(1) });
        var destinations = new Dictionary<string, Tensor>
        {
            ["shape"] = ones(3, 2),
            ["type"] = ones(2, ScalarType.Float16),
            ["missing"] = ones(5),
        };
        var e = Assert.Throws<InvalidDataException>(() => SafetensorsFiles.ReadInto(file, destinations));
        Assert.Contains("'shape': expected F32 [3, 2], found F32 [2, 3].", e.Message, StringComparison.Ordinal);
        Assert.Contains("'type': expected F16 [2], found F32 [2].", e.Message, StringComparison.Ordinal);
        Assert.Contains("'missing': expected F32 [5], found none.", e.Message, StringComparison.Ordinal);
        Assert.Contains("'extra': expected none, found F32 [1].", e.Message, StringComparison.Ordinal);
        Assert.True(destinations["shape"].eq(1).all().item<bool>(), "Nothing is read when something does not fit.");
    }

    [Fact]
    public void Data_is_read_only_once()
    {
        var reader = SafetensorsReader.Open(new MemoryStream(SafetensorsFiles.Write(One("a", zeros(1)))));
        reader.ReadInto(One("a", zeros(1)));
        Assert.Throws<InvalidOperationException>(() => reader.ReadInto(One("a", zeros(1))));
    }

    [Fact]
    public void Random_damage_is_refused_or_leaves_the_right_shapes()
    {
        var original = SafetensorsFiles.Write(new Dictionary<string, Tensor> { ["w"] = ones(4, 3), ["b"] = ones(3, ScalarType.Bool), ["n"] = ones(2, ScalarType.Int64) });
        var headerEnd = 8 + (int)BitConverter.ToInt64(original);
        var random = new Random(1234);
        var refused = 0;
        for (var trial = 0; trial < 5000; trial++)
        {
            var file = Damage(original, headerEnd, random);
            Stream stream = trial % 2 == 0 ? new MemoryStream(file) : new ForwardOnlyStream(new MemoryStream(file), 64);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var reader = SafetensorsReader.Open(stream);
                if (reader.Entries.Sum(e => e.Length) > 1000) { continue; } // a stream without a length: noticed at the first missing byte
                var destinations = reader.Entries.ToDictionary(e => e.Name, e => zeros(e.Shape.ToArray(), e.Type));
                reader.ReadInto(destinations);
                Assert.Equal(file.Length - 8 - BitConverter.ToInt64(file), reader.Entries.Sum(e => e.Length));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        }
        Assert.InRange(refused, 2500, 4999);
    }

    private static byte[] Damage(byte[] original, int headerEnd, Random random)
    {
        var file = (byte[])original.Clone();
        for (var flips = random.Next(0, 4); flips > 0; flips--) { file[random.Next(random.Next(3) == 0 ? file.Length : headerEnd)] ^= (byte)(1 << random.Next(8)); }
        if (random.Next(4) == 0) { file = file[..random.Next(file.Length)]; }
        if (random.Next(8) == 0) { file = [.. file, 0]; }
        return file;
    }

    private static Dictionary<string, Tensor> One(string name, Tensor tensor) => new() { [name] = tensor };
}
