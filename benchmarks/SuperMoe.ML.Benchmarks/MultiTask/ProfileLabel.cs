namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>A label of MovieLens's users.</summary>
/// <param name="Task">The task.</param>
/// <param name="Width">As <see cref="Pool"/> knows it.</param>
/// <param name="Of">A user's class from 0.</param>
internal sealed record ProfileLabel(string Task, int Width, Func<MovieUser, int> Of)
{
    public static IReadOnlyList<ProfileLabel> All(MovieLensData data) =>
    [
        new(TaskNames.Gender, 1, u => u.IsMale ? 1 : 0),
        new(TaskNames.AgeBand, AgeBands.Names.Count, u => u.AgeBand),
        new(TaskNames.Occupation, data.Occupations.Count, u => u.Occupation),
    ];
}
