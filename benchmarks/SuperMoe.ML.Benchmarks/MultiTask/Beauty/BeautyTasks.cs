namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>The tasks with labels.</summary>
internal static class BeautyTasks
{
    public const string NextCategory = nameof(BeautyRow.NextCategory);
    public const string Repeat = nameof(BeautyRow.Repeat);
    public const string Rest = nameof(BeautyRow.Rest);
}
