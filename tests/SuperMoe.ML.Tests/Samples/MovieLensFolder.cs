using System.Runtime.CompilerServices;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>MovieLens 100K, which lies beside the repository on some machines.</summary>
internal static class MovieLensFolder
{
    public static string? Find([CallerFilePath] string here = "")
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../shared/data/ml-100k"));
        return Directory.Exists(folder) ? folder : null;
    }
}
