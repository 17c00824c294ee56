using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuperMoe.ML.Tests.Architecture;

/// <summary>The sources of a library, bound: who uses what, and which types are where.</summary>
/// <param name="files">Path within the library's folder (with slashes) and text of each source.</param>
internal sealed class LibrarySources(IEnumerable<(string Path, string Text)> files)
{
    private readonly CSharpCompilation _compilation = Roslyn.Compile(
        "SuperMoe.ML", OutputKind.DynamicallyLinkedLibrary, ["SuperMoe.ML", "SuperMoe.ML.Tests"], files.Select(f => Roslyn.Parse(f.Text, f.Path)));

    public static LibrarySources OfRepository()
    {
        var root = Path.Combine(Repository.Root, "src", "SuperMoe.ML");
        return new(Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(path => path.Split('/')[0] is not ("bin" or "obj" or "buildTransitive") && !path.EndsWith(".task.cs", StringComparison.Ordinal))
            .Select(path => (path, File.ReadAllText(Path.Combine(root, path)))));
    }

    private IEnumerable<SyntaxTree> Trees => _compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0);

    public static string RoomOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : "";

    /// <summary>Every use of a type of one room in a file of another: the file, its room, the type and the type's room.</summary>
    public IEnumerable<(string File, string From, string Type, string To)> Uses() =>
        from tree in Trees
        from symbol in SymbolsIn(tree)
        let type = TypeOf(symbol)
        where type is not null && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _compilation.Assembly)
        let declaration = type.DeclaringSyntaxReferences.FirstOrDefault()
        where declaration is not null
        let use = (tree.FilePath, RoomOf(tree.FilePath), type.Name, RoomOf(declaration.SyntaxTree.FilePath))
        where use.Item2 != use.Item4
        group use by use into once
        select once.Key;

    /// <summary>Every file that names a namespace, or a member of a type, of ML.NET.</summary>
    public IEnumerable<(string File, string Name)> UsesOfMicrosoftML() =>
        from tree in Trees
        from symbol in SymbolsIn(tree)
        let space = symbol as INamespaceSymbol ?? TypeOf(symbol)?.ContainingNamespace
        let name = space?.ToDisplayString() ?? ""
        where name == "Microsoft.ML" || name.StartsWith("Microsoft.ML.", StringComparison.Ordinal)
        group (tree.FilePath, name) by tree.FilePath into once
        select once.First();

    /// <summary>
    /// Every place where TorchSharp makes a Scalar that nobody keeps: a number beside a tensor, or a sum of a tensor and a tensor or number, which has a factor of 1.
    /// </summary>
    public IEnumerable<string> ForgottenScalars() =>
        from tree in Trees
        let model = _compilation.GetSemanticModel(tree, ignoreAccessibility: true)
        from node in tree.GetRoot().DescendantNodes().OfType<ExpressionSyntax>()
        where MakesScalar(model, node)
        select $"{tree.FilePath}({node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}): {node}";

    private static bool MakesScalar(SemanticModel model, ExpressionSyntax node)
    {
        if (node is BinaryExpressionSyntax or AssignmentExpressionSyntax or InvocationExpressionSyntax
            && model.GetSymbolInfo(node).Symbol is IMethodSymbol { Name: "op_Addition" or "add" or "add_", ContainingType.Name: "Tensor" } sum
            && (sum.Name == "op_Addition" || sum.Parameters.Length == 1)) { return true; }
        var conversion = model.GetConversion(node);
        return conversion is { IsUserDefined: true, IsImplicit: true } && model.GetTypeInfo(node).ConvertedType is { Name: "Scalar" };
    }

    /// <summary>The top-level types of every file.</summary>
    public IEnumerable<(string File, INamedTypeSymbol Type)> Types() =>
        from tree in Trees
        let model = _compilation.GetSemanticModel(tree)
        from node in tree.GetRoot().DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        where node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        select (tree.FilePath, (INamedTypeSymbol)model.GetDeclaredSymbol(node)!);

    // Where ML.NET's internals are used, binding ends in candidates that are out of reach: they name the type as well.
    private IEnumerable<ISymbol> SymbolsIn(SyntaxTree tree)
    {
        var model = _compilation.GetSemanticModel(tree, ignoreAccessibility: true);
        return tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Select(name => model.GetSymbolInfo(name))
            .Select(info => info.Symbol ?? info.CandidateSymbols.FirstOrDefault())
            .OfType<ISymbol>();
    }

    private static INamedTypeSymbol? TypeOf(ISymbol symbol)
    {
        var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
        while (type?.ContainingType is { } outer) { type = outer; }
        return type?.OriginalDefinition;
    }
}
