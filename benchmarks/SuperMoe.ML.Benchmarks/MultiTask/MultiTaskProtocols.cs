using SuperMoe.ML.Benchmarks.MultiTask.Beauty;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Finds out which data a folder holds.</summary>
internal static class MultiTaskProtocols
{
    /// <summary>The protocol of the folder's data: of Beauty where it has a file of item attributes, otherwise of MovieLens.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    public static IMultiTaskProtocol Open(string folder, MultiTaskSettings settings) =>
        BeautyData.IsIn(folder)
            ? new BeautyProtocol(folder, BeautyData.Read(folder), settings)
            : new MovieLensProtocol(folder, MovieLensData.Read(folder), settings);
}
