namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The tasks.</summary>
internal static class TaskNames
{
    public const string NextItem = "NextItem";
    public const string Like = nameof(MultiTaskRow.Like);
    public const string Gender = nameof(MultiTaskRow.Gender);
    public const string AgeBand = nameof(MultiTaskRow.AgeBand);
    public const string Occupation = nameof(MultiTaskRow.Occupation);
}
