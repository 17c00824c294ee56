namespace SuperMoe.ML.Interop;

/// <summary>The shared libraries that this process has mapped (Linux).</summary>
internal static class LoadedLibraries
{
    private const string Maps = "/proc/self/maps";

    /// <summary>Whether a library of that file name is loaded, from wherever; false where the system does not tell.</summary>
    public static bool Contain(string fileName)
    {
        try
        {
            return File.ReadLines(Maps).Any(line => line.EndsWith("/" + fileName, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
