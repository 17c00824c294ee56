using System.Globalization;

namespace Quickstart.MovieLens;

/// <summary>MovieLens 100K as RecBole distributes it.</summary>
internal sealed class MovieLensFiles
{
    private static readonly string[] s_names = ["ml-100k.inter", "ml-100k.user", "ml-100k.item"];

    private readonly string _folder;

    /// <exception cref="FileNotFoundException">A file is missing; the message names all that are.</exception>
    public MovieLensFiles(string folder)
    {
        _folder = folder;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'. --data wants one with {string.Join(", ", s_names)}.");
        }

        var missing = s_names.Where(name => !File.Exists(Path.Combine(folder, name))).ToList();
        if (missing.Count > 0)
        {
            throw new FileNotFoundException($"The folder '{folder}' has no {string.Join(", no ", missing)}. --data wants the files of MovieLens 100K.");
        }
    }

    /// <summary>In the order of the file, which decides among ratings of the same second.</summary>
    public List<MovieRating> Ratings() =>
    [
        .. Rows("ml-100k.inter", "user_id", "item_id", "rating", "timestamp").Select(row => new MovieRating
        {
            UserId = row[0],
            MovieId = row[1],
            Rating = (float)Number(row[2], "rating"),
            Time = DateTimeOffset.FromUnixTimeSeconds((long)Number(row[3], "timestamp")).UtcDateTime,
        }),
    ];

    public List<MovieFan> Users() =>
        [.. Rows("ml-100k.user", "user_id", "age", "gender", "occupation").Select(row => new MovieFan(row[0], (int)Number(row[1], "age"), row[2], row[3]))];

    public List<Movie> Movies() =>
    [
        .. Rows("ml-100k.item", "item_id", "movie_title", "release_year", "class").Select(row => new Movie
        {
            MovieId = row[0],
            Title = row[1],
            Year = float.TryParse(row[2], NumberStyles.Integer, CultureInfo.InvariantCulture, out var year) ? year : float.NaN,
            Genres = row[3].Split(' ', StringSplitOptions.RemoveEmptyEntries),
        }),
    ];

    private IEnumerable<string[]> Rows(string name, params string[] columns) => new AtomicFile(Path.Combine(_folder, name)).Read(columns);

    private static double Number(string text, string column) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"MovieLens 100K: '{text}' in column '{column}' is not a number.");
}
