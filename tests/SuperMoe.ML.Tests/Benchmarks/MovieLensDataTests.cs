using SuperMoe.ML.Benchmarks;
using SuperMoe.ML.Benchmarks.MultiTask;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class MovieLensDataTests
{
    private const string InteractionHead = "user_id:token\titem_id:token\trating:float\ttimestamp:float";

    [Fact]
    public void Read_sorts_by_time_and_keeps_the_order_of_the_file_for_equal_times()
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder, "t.inter", InteractionHead, "2\t9\t4\t50", "1\t7\t5\t60", "2\t3\t1\t40", "2\t1\t3\t50", "2\t8\t3\t50");
        var data = MovieLensData.Read(folder.Path);
        Assert.Equal([1, 2], data.Users.Select(u => u.Id)); // those with events
        Assert.Equal([3, 9, 1, 8], data.Users[1].Events.Select(e => e.Item));
        Assert.Equal([3, 9, 1], data.Users[1].History.Select(e => e.Item));
        Assert.Equal(new MovieEvent(8, 3, 50), data.Users[1].Test);
        Assert.Equal(20, data.Movies.Count);
        Assert.Equal(["Drama", "War"], data.Movies[1].Genres);
        Assert.Equal(["artist", "writer"], data.Occupations);
    }

    [Theory]
    [InlineData(17, "<18")]
    [InlineData(18, "18-24")]
    [InlineData(24, "18-24")]
    [InlineData(25, "25-34")]
    [InlineData(44, "35-44")]
    [InlineData(54, "45-54")]
    [InlineData(55, "55+")]
    [InlineData(99, "55+")]
    public void Bands_of_age_are_those_of_the_protocol(int age, string band) => Assert.Equal(band, AgeBands.Names[AgeBands.Of(age)]);

    [Theory]
    [InlineData("1\t1\t6\t5", "line 2: '6' in column 'rating' is not a rating from 1 to 5")]
    [InlineData("1\t99\t5\t5", "line 2: '99' in column 'item_id' is not a movie of the *.item file")]
    [InlineData("1\t1\t5\tsoon", "line 2: 'soon' in column 'timestamp' is not a number")]
    [InlineData("x\t1\t5\t5", "line 2: 'x' in column 'user_id' is not a whole number from 1")]
    [InlineData("1\t1\t5", "line 2: there are 3 fields; expected 4")]
    [InlineData("77\t1\t5\t5", "user 77, who is not in the *.user file")]
    public void Read_tells_the_line_and_what_is_wrong(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder, "t.inter", InteractionHead, line);
        var error = Assert.Throws<DataFileException>(() => MovieLensData.Read(folder.Path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_tells_of_missing_files_and_columns()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("0 files *.item", Assert.Throws<DataFileException>(() => MovieLensData.Read(folder.Path)).Message, StringComparison.Ordinal);
        TinyMovieLens.Write(folder, "t.user", "user_id:token\tage:token");
        Assert.Contains("no column 'gender'", Assert.Throws<DataFileException>(() => MovieLensData.Read(folder.Path)).Message, StringComparison.Ordinal);
    }
}
