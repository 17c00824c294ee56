namespace SuperMoe.ML.Tests.Architecture;

/// <summary>The files of the repository that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file relative to the root, with slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SuperMoe.ML.sln"))) { return folder.FullName; }
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds SuperMoe.ML.sln.");
    }
}
