using System.Globalization;
using System.Text;
using SuperMoe.ML.Evaluation.Pictures;

namespace SuperMoe.ML;

/// <summary>
/// Which experts work for which task: for each block with experts a table of kinds of token (<c>Events</c>, the universal embedding's indicator, each task's indicator) by
/// experts, with the share of the kind's assignments that each expert received. As text, as a picture (PNG), and as rows; a notebook shows the picture. A row that
/// differs from the others is a task with experts of its own, a column of zeros an expert that nobody uses.
/// </summary>
[TypeFormatterSource(typeof(ExpertUseFormatters))]
public sealed class ExpertUse
{
    private const int LongestName = 24;

    /// <summary>Initializes a new instance of the <see cref="ExpertUse"/> class.</summary>
    /// <param name="blocks">The blocks with experts, in order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="blocks"/> is <see langword="null"/>.</exception>
    public ExpertUse(IReadOnlyList<ExpertLoad> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        Blocks = blocks;
    }

    /// <summary>Gets the blocks with experts, in order.</summary>
    /// <value>Empty for a model without experts.</value>
    public IReadOnlyList<ExpertLoad> Blocks { get; }

    /// <summary>The shares one by one: block by block, kind by kind, expert by expert.</summary>
    /// <returns>A row for each share.</returns>
    public IEnumerable<ExpertUseRow> ToRows() =>
        from block in Blocks
        from g in Enumerable.Range(0, block.Groups.Count)
        from e in Enumerable.Range(0, block.Shares[g].Count)
        select new ExpertUseRow { Block = block.Block, Tokens = block.Groups[g], Expert = e, Share = (float)block.Shares[g][e] };

    /// <summary>The shares in percent as text, block after block; experts are counted from 0, as blocks are.</summary>
    /// <returns>Lines of text; none without experts.</returns>
    public string ToTable()
    {
        var text = new StringBuilder();
        foreach (var block in Blocks)
        {
            var title = $"block {block.Block}";
            var width = block.Groups.Select(Short).Append(title).Max(name => name.Length);
            text.Append(title.PadRight(width));
            for (var e = 0; e < Experts(block); e++) { text.Append(CultureInfo.InvariantCulture, $" {"E" + e,5}"); }
            text.AppendLine();
            for (var g = 0; g < block.Groups.Count; g++)
            {
                text.Append(Short(block.Groups[g]).PadRight(width));
                foreach (var share in block.Shares[g]) { text.Append(CultureInfo.InvariantCulture, $" {100 * share,4:F0}%"); }
                text.AppendLine();
            }
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => ToTable();

    /// <summary>
    /// A picture: for each block a heat map with a row for each kind of token and a column for each expert; darker is more, and all blocks have one scale, from 0 to the
    /// largest share. Cells have their percentage where there is room.
    /// </summary>
    /// <returns>A PNG file's bytes.</returns>
    public byte[] ToPng() => Map().Draw().ToPng();

    /// <summary>Writes <see cref="ToPng"/> to a file, over one that is there.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is <see langword="null"/> or empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SavePng(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        File.WriteAllBytes(path, ToPng());
    }

    /// <summary>The picture as an HTML element that holds it whole, for a page or a notebook's <c>HTML(...)</c>.</summary>
    /// <returns>An <c>img</c> element.</returns>
    public string ToHtml()
    {
        var map = Map();
        return $"<img alt=\"Experts by task\" width=\"{map.Width / 2}\" height=\"{map.Height / 2}\" src=\"data:image/png;base64,{Convert.ToBase64String(map.Draw().ToPng())}\">";
    }

    /// <summary>The picture's parts and where they stand.</summary>
    internal HeatMap Map() => new([.. Blocks.Select(block => new HeatPanel(
        $"block {block.Block}",
        [.. block.Groups.Select(Short)],
        [.. Enumerable.Range(0, Experts(block)).Select(e => "E" + e.ToString(CultureInfo.InvariantCulture))],
        block.Shares))]);

    private static int Experts(ExpertLoad block) => block.Shares.Count > 0 ? block.Shares[0].Count : 0;

    private static string Short(string name) => name.Length <= LongestName ? name : name[..(LongestName - 2)] + "..";
}
