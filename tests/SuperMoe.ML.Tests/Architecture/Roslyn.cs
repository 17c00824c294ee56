using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SuperMoe.ML.Tests.Architecture;

/// <summary>Compiles C# against the assemblies of this test run.</summary>
internal static class Roslyn
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    public static CSharpParseOptions Language { get; } = new(LanguageVersion.Latest);

    public static SyntaxTree Parse(string text, string path = "") => CSharpSyntaxTree.ParseText(text, Language, path);

    /// <param name="name">The assembly's name; internals are visible as they are to an assembly of that name.</param>
    /// <param name="kind">Program (top-level statements) or library.</param>
    /// <param name="without">File names, without extension, of references to leave out.</param>
    /// <param name="trees">The sources; the SDK's implicit usings are added.</param>
    public static CSharpCompilation Compile(string name, OutputKind kind, IEnumerable<string> without, IEnumerable<SyntaxTree> trees)
    {
        var left = without.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !left.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpCompilationOptions(kind, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable)
            .WithMetadataImportOptions(MetadataImportOptions.All);
        return CSharpCompilation.Create(name, [Parse(ImplicitUsings), .. trees], references, options);
    }
}
