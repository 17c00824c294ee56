namespace Quickstart.MovieLens;

/// <summary>One rating.</summary>
internal sealed class MovieRating
{
    public string UserId { get; set; } = "";

    public string MovieId { get; set; } = "";

    public float Rating { get; set; }

    public DateTime Time { get; set; }
}
