namespace SuperMoe.ML.Tests.Architecture;

public sealed class DocsTests
{
    public static TheoryData<string> Documents()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        return new(Directory.GetFiles(Repository.Root, "*.md")
            .Concat(Directory.Exists(docs) ? Directory.GetFiles(docs, "*.md", SearchOption.AllDirectories) : [])
            .Select(Repository.Relative).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Code_of_a_document_compiles(string document)
    {
        var errors = Read(document).CSharp()
            .SelectMany(block => DocProgram.Errors(block.Code).Select(error => $"{document}, block at line {block.Line}: {error}"));
        var text = string.Join(Environment.NewLine, errors);
        Assert.True(text.Length == 0, text);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Relative_links_of_a_document_lead_to_files(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        Assert.All(Read(document).RelativeLinks(), link => Assert.True(Path.Exists(Path.Combine(folder, link)), link));
    }

    [Theory]
    [InlineData("var x = 1 +;")]
    [InlineData("var x = new SuperMoeOptions();")] // without its using
    [InlineData("using SuperMoe.ML; var x = new SuperMoeOptions { NoSuchOption = 1 };")]
    [InlineData("SuperMoe.ML.Interop.NativeLibraries.EnsureLoaded();")] // not public
    public void Errors_of_what_does_not_compile_are_told(string code)
    {
        Assert.NotEmpty(DocProgram.Errors([code]));
    }

    [Fact]
    public void Errors_of_parts_that_go_together_are_none()
    {
        Assert.Empty(DocProgram.Errors(["#r \"nuget: SuperMoe.ML\"\nusing SuperMoe.ML;\nvar o = new SuperMoeOptions();\nclass A;", "o.Tasks.Clear();\nvar a = new A();"]));
        Assert.Empty(DocProgram.Errors(["public sealed class Row { public string? User { get; set; } }"]));
    }

    [Fact]
    public void CSharp_continues_where_told_and_takes_hidden_setups()
    {
        var document = new MarkdownDocument(
            "```csharp\na\n```\n```bash\n```csharp\n```\n<!-- continues -->\n```csharp\nb\n```\n<!-- setup:\ns\n-->\n```csharp\nc\n```\n");
        Assert.Equal(["a", "a|b", "s|c"], document.CSharp().Select(block => string.Join('|', block.Code)));
        Assert.Equal([1, 8, 14], document.CSharp().Select(block => block.Line));
    }

    [Fact]
    public void RelativeLinks_leave_out_the_web_fragments_and_code()
    {
        var document = new MarkdownDocument("[a](x.md#part) [b](https://y) [c](#z) ![d](e/f.png \"title\")\n```\n[g](h)\n```");
        Assert.Equal(["x.md", "e/f.png"], document.RelativeLinks());
    }

    private static MarkdownDocument Read(string document) => new(File.ReadAllText(Path.Combine(Repository.Root, document)));
}
