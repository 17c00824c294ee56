using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuperMoe.ML.Tests.Architecture;

/// <summary>Compiles the parts of a documented program as a reader would put them together: usings, statements, types.</summary>
internal static class DocProgram
{
    /// <summary>The compiler's errors; empty when the program compiles.</summary>
    public static IReadOnlyList<string> Errors(IEnumerable<string> parts)
    {
        var units = parts.Select(part => (CompilationUnitSyntax)Roslyn.Parse(WithoutDirectives(part)).GetRoot()).ToList();
        var syntax = units.SelectMany(unit => unit.GetDiagnostics()).Where(IsError).Select(Text).ToList();
        if (syntax.Count > 0) { return syntax; }
        var statements = units.SelectMany(unit => unit.Members).OfType<GlobalStatementSyntax>().ToList();
        var types = units.SelectMany(unit => unit.Members).Where(member => member is not GlobalStatementSyntax);
        var text = string.Join('\n', units.SelectMany(unit => unit.Usings).Select(u => u.ToFullString()).Distinct()
            .Concat(statements.Select(s => s.ToFullString())).Concat(types.Select(t => t.ToFullString())));
        var kind = statements.Count > 0 ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        return [.. Roslyn.Compile("Docs", kind, ["SuperMoe.ML.Tests"], [Roslyn.Parse(text)]).GetDiagnostics().Where(IsError).Select(Text)];
    }

    // Scripts and file-based apps begin with lines for their host: #r, #:package, #!.
    private static string WithoutDirectives(string part) =>
        string.Join('\n', part.Split('\n').Where(line => !line.StartsWith("#r ", StringComparison.Ordinal)
            && !line.StartsWith("#:", StringComparison.Ordinal) && !line.StartsWith("#!", StringComparison.Ordinal)));

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    private static string Text(Diagnostic diagnostic) => diagnostic.ToString();
}
