namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>A user of MovieLens.</summary>
/// <param name="Id">The user.</param>
/// <param name="IsMale">Whether the gender is M.</param>
/// <param name="AgeBand">The place in <see cref="AgeBands.Names"/>.</param>
/// <param name="Occupation">The place in <see cref="MovieLensData.Occupations"/>.</param>
/// <param name="Events">By time; where times are equal, in the file's order.</param>
internal sealed record MovieUser(int Id, bool IsMale, int AgeBand, int Occupation, IReadOnlyList<MovieEvent> Events)
{
    /// <summary>The input at test time: everything but the last event.</summary>
    public IEnumerable<MovieEvent> History => Events.Take(Events.Count - 1);

    /// <summary>The event that is held out.</summary>
    public MovieEvent Test => Events[^1];
}
