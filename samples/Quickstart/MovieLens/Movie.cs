namespace Quickstart.MovieLens;

/// <summary>One film.</summary>
internal sealed class Movie
{
    public string MovieId { get; set; } = "";

    public string Title { get; set; } = "";

    /// <summary>The year of release; NaN where the file has none.</summary>
    public float Year { get; set; }

    public string[] Genres { get; set; } = [];
}
