namespace SuperMoe.ML.Tests.Benchmarks;

/// <summary>Files in the format of MovieLens 100K.</summary>
internal static class TinyMovieLens
{
    /// <summary>Writes 40 users with 8 ratings each of 20 movies.</summary>
    public static void Write(TemporaryFolder folder)
    {
        folder.Write("t.item", ["item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq", .. Enumerable.Range(1, 20).Select(Movie)]);
        folder.Write("t.user", ["user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token", .. Enumerable.Range(1, 40).Select(User)]);
        folder.Write("t.inter", ["user_id:token\titem_id:token\trating:float\ttimestamp:float", .. Enumerable.Range(1, 40).SelectMany(Ratings)]);
    }

    /// <summary>Writes the files with one of them replaced.</summary>
    public static void Write(TemporaryFolder folder, string file, params IEnumerable<string> lines)
    {
        Write(folder);
        folder.Write(file, lines);
    }

    private static string Movie(int id) => $"{id}\tM {id}\t1990\t{(id % 2 == 0 ? "Drama War" : "Comedy")}";

    private static string User(int id) => $"{id}\t{10 + id}\t{(id % 3 == 0 ? 'F' : 'M')}\t{(id % 4 < 2 ? "artist" : "writer")}\t0";

    private static IEnumerable<string> Ratings(int user) =>
        Enumerable.Range(0, 8).Select(i => $"{user}\t{1 + ((user + (i * 3)) % 20)}\t{1 + (((user / 3) + i) % 5)}\t{100 - i}");
}
