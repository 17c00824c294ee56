using SuperMoe.ML.Tests.Architecture;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>MovieLens 100K, which lies beside the repository on some machines.</summary>
internal static class MovieLensFolder
{
    public static string? Find()
    {
        var folder = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/data/ml-100k"));
        return Directory.Exists(folder) ? folder : null;
    }
}
