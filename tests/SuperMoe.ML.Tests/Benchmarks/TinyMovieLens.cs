namespace SuperMoe.ML.Tests.Benchmarks;

/// <summary>Files in the format of MovieLens 100K.</summary>
internal static class TinyMovieLens
{
    /// <summary>Writes 40 users with 8 ratings each of 20 movies.</summary>
    public static void Write(TemporaryFolder folder)
    {
        folder.Write("t.item", ["item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq", .. Enumerable.Range(1, 20).Select(i => $"{i}\tM {i}\t1990\t{(i % 2 == 0 ? "Drama War" : "Comedy")}")]);
        folder.Write("t.user", ["user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token", .. Enumerable.Range(1, 40).Select(u => $"{u}\t{10 + u}\t{(u % 3 == 0 ? 'F' : 'M')}\t{(u % 4 < 2 ? "artist" : "writer")}\t0")]);
        folder.Write("t.inter", ["user_id:token\titem_id:token\trating:float\ttimestamp:float", .. Enumerable.Range(1, 40).SelectMany(u => Enumerable.Range(0, 8).Select(i => $"{u}\t{1 + ((u + (i * 3)) % 20)}\t{1 + (((u / 3) + i) % 5)}\t{100 - i}"))]);
    }

    /// <summary>Writes the files with one of them replaced.</summary>
    public static void Write(TemporaryFolder folder, string file, params IEnumerable<string> lines)
    {
        Write(folder);
        folder.Write(file, lines);
    }
}
