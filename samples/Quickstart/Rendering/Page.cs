using Spectre.Console;

namespace Quickstart.Rendering;

/// <summary>The console as a page to read.</summary>
internal static class Page
{
    private const int WidthInFiles = 140;

    /// <summary>Whether someone watches: a live bar in a file would be noise.</summary>
    public static bool IsLive => AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Capabilities.Ansi && !Console.IsOutputRedirected;

    public static void Prepare()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthInFiles;
        }
    }

    public static void Title(string text)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule($"[bold]{Markup.Escape(text)}[/]").RuleStyle("deepskyblue1"));
    }

    public static void Chapter(string number, string text)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine($"[deepskyblue1]{number}[/]  [bold]{Markup.Escape(text)}[/]");
    }

    public static void Line(string text) => AnsiConsole.Write(new Padder(new Text(text), new Padding(3, 0, 0, 0)));

    public static void Note(string text) => AnsiConsole.Write(new Padder(new Text(text, new Style(Color.Grey)), new Padding(3, 0, 0, 0)));

    public static void Error(string text) => AnsiConsole.MarkupLine($"[red]{Markup.Escape(text)}[/]");

    /// <summary>Does some work, with a spinner if someone watches.</summary>
    public static void Status(string text, Action work)
    {
        if (IsLive)
        {
            AnsiConsole.Status().Start(Markup.Escape(text), _ => work());
        }
        else
        {
            work();
        }
    }
}
