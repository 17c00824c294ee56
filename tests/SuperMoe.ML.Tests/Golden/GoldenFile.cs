using System.Globalization;
using SuperMoe.ML.Tests.Architecture;

namespace SuperMoe.ML.Tests.Golden;

/// <summary>
/// A text beside the tests that was looked at and approved. With the environment variable SUPERMOE_REWRITE_GOLDEN set to 1 a test writes what it
/// finds instead of comparing; the change then shows in the diff.
/// </summary>
internal static class GoldenFile
{
    /// <summary>Compares word by word, numbers within a relative tolerance, for other processors add in another order.</summary>
    public static void Check(string name, IEnumerable<string> lines, double tolerance = 0) =>
        Check(name, lines, tolerance, Environment.GetEnvironmentVariable("SUPERMOE_REWRITE_GOLDEN") == "1");

    /// <summary>The same, with the decision whether to write made by the caller.</summary>
    public static void Check(string name, IEnumerable<string> lines, double tolerance, bool write)
    {
        var path = PathOf(name);
        string[] found = [.. lines];
        if (write) { File.WriteAllText(path, string.Join('\n', found) + "\n"); }
        var approved = File.ReadAllLines(path);
        Assert.Equal(approved.Length, found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            string[] expected = approved[i].Split(' '), actual = found[i].Split(' ');
            Assert.True(expected.Length == actual.Length && expected.Zip(actual).All(w => Same(w.First, w.Second)), $"{name}, line {i + 1}: '{approved[i]}' became '{found[i]}'.");
        }

        bool Same(string a, string b) => a == b
            || (Number(a) is { } x && Number(b) is { } y && Math.Abs(x - y) <= tolerance * Math.Max(1e-6, Math.Max(Math.Abs(x), Math.Abs(y))));
    }

    /// <summary>Where a golden file stands.</summary>
    public static string PathOf(string name) => Path.Combine(Folder(), name);

    private static double? Number(string word) => double.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Folder() => Path.Combine(Repository.Root, "tests", "SuperMoe.ML.Tests", "Golden");
}
