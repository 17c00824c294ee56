namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>A rating.</summary>
/// <param name="Item">The movie.</param>
/// <param name="Rating">1 to 5.</param>
/// <param name="Time">In seconds.</param>
internal sealed record MovieEvent(int Item, int Rating, double Time)
{
    /// <summary>Whether the user liked the movie: 4 or 5.</summary>
    public bool IsLike => Rating >= 4;
}
