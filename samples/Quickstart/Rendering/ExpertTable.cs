using System.Globalization;
using Spectre.Console;
using SuperMoe.ML;

namespace Quickstart.Rendering;

/// <summary>Kinds of token by experts, as percentages on shades of blue.</summary>
internal static class ExpertTable
{
    public static void Show(ExpertLoad load)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).AddColumn($"block {load.Block + 1}");
        for (var e = 1; e <= load.Shares[0].Count; e++)
        {
            table.AddColumn(new TableColumn($"E{e}").RightAligned());
        }

        for (var g = 0; g < load.Groups.Count; g++)
        {
            table.AddRow([Markup.Escape(load.Groups[g]), .. load.Shares[g].Select(Cell)]);
        }

        AnsiConsole.Write(table);
    }

    private static string Cell(double share)
    {
        var text = (100 * share).ToString("F0", CultureInfo.InvariantCulture).PadLeft(3);

        // Top-2 routing cannot give an expert more than half: that is the darkest shade.
        var shade = (int)(255 - (175 * Math.Min(1.0, 2 * share)));
        return $"[black on #{shade:x2}{Math.Min(255, shade + 25):x2}ff]{text}[/]";
    }
}
