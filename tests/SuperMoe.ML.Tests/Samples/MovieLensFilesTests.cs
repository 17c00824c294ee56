using Quickstart.MovieLens;

namespace SuperMoe.ML.Tests.Samples;

public sealed class MovieLensFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("movielens").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => new MovieLensFiles(Path.Combine(_folder, "nowhere")));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.Contains("ml-100k.inter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_missing_file_is_named()
    {
        Write("ml-100k.user", "user_id:token");
        var error = Assert.Throws<FileNotFoundException>(() => new MovieLensFiles(_folder));
        Assert.Contains("no ml-100k.inter, no ml-100k.item", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no ml-100k.user", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_read_by_the_names_of_the_header()
    {
        var files = WriteAll();
        var rating = Assert.Single(files.Ratings());
        Assert.Equal(("7", "42", 3f), (rating.UserId, rating.MovieId, rating.Rating));
        Assert.Equal(new DateTime(1997, 12, 4, 15, 55, 49, DateTimeKind.Utc), rating.Time);
        Assert.Equal([new MovieFan("7", 24, "M", "technician")], files.Users());
        Assert.Equal("18-24", files.Users()[0].AgeBand);
        var movies = files.Movies();
        Assert.Equal(["Animation", "Children's"], movies[0].Genres);
        Assert.Equal(1995f, movies[0].Year);
        Assert.True(float.IsNaN(movies[1].Year));
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        var files = WriteAll();
        Write("ml-100k.user", "user_id:token\tage:token\n7\t24");
        var error = Assert.Throws<FormatException>(files.Users);
        Assert.Contains("no column 'gender'; its columns are user_id, age", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_row_is_named_by_its_line()
    {
        var files = WriteAll();
        Write("ml-100k.user", "user_id:token\tage:token\tgender:token\toccupation:token\n7\t24\tM\ttechnician\n8\t24");
        Assert.Contains("line 3: 2 values instead of 4", Assert.Throws<FormatException>(files.Users).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_none_is_named()
    {
        var files = WriteAll();
        Write("ml-100k.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n7\t42\tgood\t1");
        Assert.Contains("'good' in column 'rating'", Assert.Throws<FormatException>(files.Ratings).Message, StringComparison.Ordinal);
    }

    private MovieLensFiles WriteAll()
    {
        Write("ml-100k.inter", "item_id:token\tuser_id:token\trating:float\ttimestamp:float\n42\t7\t3\t881250949");
        Write("ml-100k.user", "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n7\t24\tM\ttechnician\t85711");
        Write("ml-100k.item", "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n42\tToy\t1995\tAnimation Children's\n43\tX\tV\tDrama");
        return new MovieLensFiles(_folder);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
