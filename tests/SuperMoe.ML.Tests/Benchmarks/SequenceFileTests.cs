using SuperMoe.ML.Benchmarks;
using SuperMoe.ML.Benchmarks.Sequence;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class SequenceFileTests
{
    [Fact]
    public void Read_keeps_order_of_users_and_items()
    {
        using var folder = new TemporaryFolder();
        var file = SequenceFile.Read(folder.Write("s.txt", "7 3 1 3", "", "2\t5  9 "));
        Assert.Equal([7, 2], file.Users.Select(u => u.Id));
        Assert.Equal([3, 1, 3], file.Users[0].Items);
        Assert.Equal([5, 9], file.Users[1].Items);
        Assert.Equal([1, 3, 5, 9], file.Items());
        Assert.Equal(5, file.Events);
    }

    [Theory]
    [InlineData("1 2 3|2 x 3", "line 2: 'x' (word 2) is not an id")]
    [InlineData("1 0", "line 1: '0' (word 2) is not an id")]
    [InlineData("1 2|-3 4", "line 2: '-3' (word 1) is not an id")]
    [InlineData("1 99999999999", "line 1: '99999999999' (word 2) is not an id")]
    [InlineData("1 2|5", "line 2: user 5 has no items")]
    [InlineData("1 2||1 3", "line 3: user 1 is already on line 1")]
    [InlineData("", "has no users")]
    public void Read_tells_the_line_and_what_is_wrong(string lines, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("s.txt", lines.Split('|'));
        var error = Assert.Throws<DataFileException>(() => SequenceFile.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Read_finds_all_of_Beauty()
    {
        var file = SequenceFile.Read(Data.TestFiles.Find(Path.Combine("beauty", "Beauty.txt")));
        Assert.Equal((22_363, 12_101, 198_502), (file.Users.Count, file.Items().Length, file.Events));
    }
}
