using Microsoft.CodeAnalysis;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>Everything that this test process can load, for compiling samples against.</summary>
internal static class TestReferences
{
    public static IReadOnlyList<MetadataReference> All { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];
}
