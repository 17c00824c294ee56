namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The six bands of age.</summary>
internal static class AgeBands
{
    private static readonly int[] s_from = [18, 25, 35, 45, 55];

    public static readonly IReadOnlyList<string> Names = ["<18", "18-24", "25-34", "35-44", "45-54", "55+"];

    /// <summary>The place of an age in <see cref="Names"/>.</summary>
    public static int Of(int age) => s_from.Count(from => age >= from);
}
