using System.Globalization;
using Spectre.Console;

namespace Quickstart.Rendering;

/// <summary>One user: what was foretold beside what is true, and the items to offer.</summary>
internal static class UserTable
{
    private const int ShownItems = 5;

    public static void Show(IReadOnlyList<(string Label, string Foretold, string True)> labels, IReadOnlyList<(string Name, float Score)> items)
    {
        var profile = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).AddColumns("", "foretold", "true");
        foreach (var (label, foretold, truth) in labels)
        {
            profile.AddRow(Markup.Escape(label), Markup.Escape(foretold), Markup.Escape(truth));
        }

        var offers = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey)
            .AddColumn("next, most likely first")
            .AddColumn(new TableColumn("score").RightAligned());
        foreach (var (name, score) in items.Take(ShownItems))
        {
            offers.AddRow(Markup.Escape(name), score.ToString("F2", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(new Columns(profile, offers) { Expand = false });
    }
}
