using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>Scripts belong to no project: only this compiles them.</summary>
public sealed class ScriptTests
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        """;

    private static readonly CSharpParseOptions s_fileBased =
        new CSharpParseOptions(LanguageVersion.Latest).WithFeatures([new("FileBasedProgram", "true")]);

    public static TheoryData<string> Scripts => [.. Directory.GetFiles(Folder(), "*.cs").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_compiles(string name)
    {
        var errors = Errors(File.ReadAllText(Path.Combine(Folder(), name)));
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public void Script_that_is_wrong_does_not_compile() => Assert.NotEmpty(Errors("#:property PublishAot=false\nreturn Nothing.Like(this);"));

    private static List<Diagnostic> Errors(string script) =>
    [
        .. CSharpCompilation.Create(
            "Script",
            [CSharpSyntaxTree.ParseText(script, s_fileBased), CSharpSyntaxTree.ParseText(ImplicitUsings, s_fileBased)],
            TestReferences.All,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error),
    ];

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../samples/scripts"));
}
