using SuperMoe.ML.Tests.Architecture;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>Scripts belong to no project: only this compiles them.</summary>
public sealed class ScriptTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "samples", "scripts");

    public static TheoryData<string> Scripts => [.. Directory.GetFiles(s_folder, "*.cs").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_compiles(string name)
    {
        var script = File.ReadAllText(Path.Combine(s_folder, name));
        Assert.Equal("", string.Join(Environment.NewLine, DocProgram.Errors([script])));

        // ML.NET needs reflection, which the default of file-based apps takes away.
        Assert.Contains("#:property PublishAot=false", script, StringComparison.Ordinal);
    }
}
