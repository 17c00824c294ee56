using System.Text.RegularExpressions;

namespace SuperMoe.ML.Tests.Architecture;

/// <summary>What a Markdown text holds that can be checked.</summary>
/// <param name="text">The text.</param>
internal sealed partial class MarkdownDocument(string text)
{
    private readonly string[] _lines = text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>
    /// The csharp blocks. Before a block, the comment <c>continues</c> puts it after the block before (and all that one had before it),
    /// and a comment that begins with <c>setup:</c> holds code which the page does not show.
    /// </summary>
    public IEnumerable<DocBlock> CSharp()
    {
        IReadOnlyList<string> previous = [];
        var before = new List<string>();
        for (var i = 0; i < _lines.Length; i++)
        {
            var line = _lines[i].Trim();
            if (line == "<!-- continues -->") { before.AddRange(previous); }
            else if (line.StartsWith("<!-- setup:", StringComparison.Ordinal)) { before.Add(Until(ref i, "-->")); }
            else if (line is "```csharp" or "```cs" or "```c#")
            {
                var at = i + 1;
                previous = [.. before, Until(ref i, "```")];
                before.Clear();
                yield return new DocBlock(at, previous);
            }
            else if (line.StartsWith("```", StringComparison.Ordinal)) { Until(ref i, "```"); }
        }
    }

    /// <summary>The relative links, without their fragments, outside code.</summary>
    public IEnumerable<string> RelativeLinks()
    {
        for (var i = 0; i < _lines.Length; i++)
        {
            if (_lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal)) { Until(ref i, "```"); continue; }
            foreach (Match link in Link().Matches(_lines[i]))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !Scheme().IsMatch(target)) { yield return Uri.UnescapeDataString(target); }
            }
        }
    }

    private string Until(ref int i, string end)
    {
        var first = ++i;
        while (i < _lines.Length && _lines[i].Trim() != end) { i++; }
        return string.Join('\n', _lines[first..Math.Min(i, _lines.Length)]);
    }

    [GeneratedRegex(@"\]\(\s*<?([^)\s>]+)>?[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();
}
