namespace SuperMoe.ML.Tests.Data;

/// <summary>Real data beside the repository, which may be absent.</summary>
internal static class TestFiles
{
    /// <summary>Skips the test unless the file is there: in the folder <c>SUPERMOE_TEST_DATA</c>, or in <c>../shared/data</c>.</summary>
    public static string Find(string name)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("SUPERMOE_TEST_DATA") ?? BesideRepository(), name);
        Skip.IfNot(File.Exists(path), $"{name} is neither in ../shared/data nor in the folder that SUPERMOE_TEST_DATA names.");
        return path;
    }

    private static string BesideRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SuperMoe.ML.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.Parent?.FullName ?? "", "shared", "data");
    }
}
