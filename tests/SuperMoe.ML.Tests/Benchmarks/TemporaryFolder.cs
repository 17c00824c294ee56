namespace SuperMoe.ML.Tests.Benchmarks;

/// <summary>A folder for a test's files.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("supermoe-benchmarks-").FullName;

    /// <summary>Writes a file of lines.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, params IEnumerable<string> lines)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
