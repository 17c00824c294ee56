namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>A movie's attributes, as a row of <see cref="SuperMoeOptions.ItemAttributes"/>.</summary>
internal sealed class MovieGenres
{
    public int Item { get; set; }

    public string[] Genre { get; set; } = [];
}
