using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuperMoe.ML.Tests.Architecture;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>The kernel of notebooks is not a package that a test could use: their cells are compiled in turn, as the kernel does.</summary>
public sealed class NotebookTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "samples", "notebooks");

    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(s_folder, "*.ipynb").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Every_cell_compiles_after_those_before_it(string name)
    {
        CSharpCompilation? previous = null;
        var cells = Notebook.Read(Path.Combine(s_folder, name)).CSharp().ToList();
        Assert.NotEmpty(cells);
        foreach (var (cell, index) in cells.Select((cell, index) => (cell, index)))
        {
            previous = Compile(cell, index, previous);
            var errors = previous.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            Assert.True(!errors.Any(), $"{name}, code cell {index + 1}: {string.Join(Environment.NewLine, errors)}{Environment.NewLine}{cell}");
        }
    }

    [Fact]
    public void A_cell_that_is_wrong_does_not_compile()
    {
        var first = Compile("var users = 3;", 0, null);
        Assert.Empty(Compile("users + 1", 1, first).GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        Assert.Contains(Compile("user + 1", 1, first).GetDiagnostics(), diagnostic => diagnostic.Id == "CS0103");
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Notebooks_are_committed_without_outputs(string name)
    {
        var notebook = Notebook.Read(Path.Combine(s_folder, name));
        Assert.Equal(4, notebook.Format);
        Assert.All(notebook.Cells.Where(cell => cell.Kind == "code"), cell => Assert.Equal(0, cell.Outputs!.Value.GetArrayLength()));
    }

    private static CSharpCompilation Compile(string cell, int index, CSharpCompilation? previous) => CSharpCompilation.CreateScriptCompilation(
        $"Cell{index}",
        CSharpSyntaxTree.ParseText(cell, new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script)),
        TestReferences.All,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary),
        previous);
}
