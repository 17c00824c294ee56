using Microsoft.CodeAnalysis;

namespace SuperMoe.ML.Tests.Architecture;

public sealed class RoomsTests
{
    private static readonly Lazy<LibrarySources> s_library = new(LibrarySources.OfRepository);

    [Fact]
    public void Rooms_use_only_the_rooms_they_may()
    {
        var wrong = s_library.Value.Uses()
            .Where(use => !RoomTable.Allows(use.From, use.To) && !RoomTable.OpenToAll.ContainsKey(use.Type))
            .Select(use => $"{use.File} uses {use.Type} of {(use.To.Length == 0 ? "the root" : use.To)}");
        AssertNone(wrong);
    }

    [Fact]
    public void Rooms_are_those_of_the_table()
    {
        var rooms = s_library.Value.Types().Select(t => LibrarySources.RoomOf(t.File)).Distinct();
        AssertNone(rooms.Where(room => !RoomTable.House.ContainsKey(room)));
    }

    [Fact]
    public void Rooms_use_each_other_in_no_circle()
    {
        var arrows = s_library.Value.Uses().Select(use => (use.From, use.To)).ToHashSet();
        var rooms = RoomTable.House.Keys.ToList();
        // Take away, again and again, the rooms that use none of those left; a circle is what stays.
        while (rooms.RemoveAll(from => !rooms.Exists(to => arrows.Contains((from, to)))) > 0) { }
        AssertNone(rooms);
    }

    [Fact]
    public void Only_the_rooms_at_the_border_see_ML_NET()
    {
        var wrong = s_library.Value.UsesOfMicrosoftML()
            .Where(use => !RoomTable.SeeMicrosoftML.Contains(LibrarySources.RoomOf(use.File)))
            .Select(use => $"{use.File} uses {use.Name}");
        AssertNone(wrong);
    }

    [Fact]
    public void Types_are_in_the_namespace_of_their_room_or_if_public_of_the_library()
    {
        AssertNone(s_library.Value.Types().Where(t => !IsWellPlaced(t.File, t.Type)).Select(t => $"{t.File}: {t.Type.ToDisplayString()}"));
    }

    [Fact]
    public void Numbers_beside_tensors_are_kept()
    {
        AssertNone(s_library.Value.ForgottenScalars());
    }

    [Theory]
    [InlineData("var b = a + a;", true)]
    [InlineData("a += a;", true)]
    [InlineData("a.add_(a);", true)]
    [InlineData("var b = a.add(SuperMoe.ML.Interop.Scalars.Of(1L));", true)]
    [InlineData("var b = a + SuperMoe.ML.Interop.Scalars.Of(1L);", true)]
    [InlineData("var b = a.clamp(min: 1.0);", true)]
    [InlineData("var b = a * a - a;", false)]
    [InlineData("a.add_(SuperMoe.ML.Interop.Scalars.Of(1L), SuperMoe.ML.Interop.Scalars.Of(1L));", false)]
    [InlineData("var b = a.add(a, SuperMoe.ML.Interop.Scalars.Of(1L));", false)]
    public void Forgotten_scalars_are_seen(string code, bool forgotten)
    {
        var sources = new LibrarySources(
        [
            ("A.cs", "using static TorchSharp.torch; class A { static void F(Tensor a) { " + code + " } }"),
            ("Interop/Scalars.cs", "namespace SuperMoe.ML.Interop { static class Scalars { public static TorchSharp.Scalar Of(long v) => null!; } }"),
        ]);
        Assert.Equal(forgotten, sources.ForgottenScalars().Any());
    }

    [Fact]
    public void Files_hold_one_type_and_its_name()
    {
        var wrong = s_library.Value.Types()
            .GroupBy(t => t.File, t => t.Type.Name)
            .Where(file => file.Distinct().Count() != 1 || !Names(file.Key, file.First()))
            .Select(file => $"{file.Key}: {string.Join(", ", file)}");
        AssertNone(wrong);
    }

    [Theory]
    [InlineData("Kernels/K.cs", "namespace SuperMoe.ML.Kernels; class K { object M() => new SuperMoe.ML.Model.T(); }")]
    [InlineData("Kernels/K.cs", "using SuperMoe.ML.Model; namespace SuperMoe.ML.Kernels; class K { int M(object o) => o is T t ? t.P : 0; }")]
    [InlineData("Kernels/K.cs", "namespace SuperMoe.ML.Kernels; class K { SuperMoe.ML.Model.T.Inner? F; }")]
    public void Uses_are_seen(string path, string text)
    {
        var sources = new LibrarySources(
            [("Model/T.cs", "namespace SuperMoe.ML.Model; class T { public int P => 1; public class Inner; }"), (path, text)]);
        Assert.Equal((path, "Kernels", "T", "Model"), Assert.Single(sources.Uses()));
    }

    [Theory]
    [InlineData("using Microsoft.ML; class K;")]
    [InlineData("class K { object M() => new Microsoft.ML.MLContext(); }")]
    [InlineData("class K { Microsoft.ML.Runtime.IHost? F; }")] // internal to ML.NET
    public void Uses_of_ML_NET_are_seen(string text)
    {
        Assert.Equal("Kernels/K.cs", Assert.Single(new LibrarySources([("Kernels/K.cs", text)]).UsesOfMicrosoftML()).File);
    }

    private static bool IsWellPlaced(string file, INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace.ToDisplayString();
        // The runtime knows this attribute by its full name.
        if (type.Name == "IgnoresAccessChecksToAttribute") { return space == "System.Runtime.CompilerServices"; }
        var room = LibrarySources.RoomOf(file);
        if (type.DeclaredAccessibility != Accessibility.Public)
        {
            // Folders within a room may have namespaces of their own.
            var folder = string.Join('.', file.Split('/')[..^1].Prepend("SuperMoe.ML"));
            return space == folder || (room.Length > 0 && space == "SuperMoe.ML." + room);
        }
        // Extension methods are found without a using where ML.NET's own are.
        return space == "SuperMoe.ML" || (space == "Microsoft.ML" && type.IsStatic && RoomTable.SeeMicrosoftML.Contains(room));
    }

    // A part of a type is in Type.Part.cs; an attribute's file may leave out the suffix.
    private static bool Names(string file, string type)
    {
        var name = Path.GetFileName(file).Split('.')[0];
        return name == type || name + "Attribute" == type;
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        var text = string.Join(Environment.NewLine, wrong);
        Assert.True(text.Length == 0, text);
    }
}
