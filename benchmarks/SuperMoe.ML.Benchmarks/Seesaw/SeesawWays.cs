using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Seesaw;

/// <summary>Ways to train tasks together, by name: each changes one thing of a recipe.</summary>
internal static class SeesawWays
{
    /// <summary>The ways that are compared unless told.</summary>
    public static IReadOnlyList<string> Usual { get; } = [nameof(TaskSharing.SharedBottom), nameof(TaskSharing.Mmoe), nameof(TaskSharing.Ple)];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Allowed { get; } = [.. Enum.GetNames<TaskSharing>(), .. Enum.GetNames<TaskBalancing>()];

    /// <summary>The first name that is none of <see cref="Allowed"/>; <see langword="null"/> if all are.</summary>
    public static string? Unknown(IEnumerable<string> names) => names.FirstOrDefault(n => !Allowed.Contains(n));

    /// <summary>The recipe, trained that way.</summary>
    public static Recipe Of(Recipe recipe, string name) =>
        Enum.TryParse<TaskSharing>(name, out var sharing) ? recipe with { Sharing = sharing } : recipe with { Balancing = Enum.Parse<TaskBalancing>(name) };
}
