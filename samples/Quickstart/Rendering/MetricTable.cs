using System.Globalization;
using Quickstart.Labels;
using Spectre.Console;

namespace Quickstart.Rendering;

/// <summary>Tasks by contenders; the best of a row in green.</summary>
internal sealed class MetricTable
{
    private readonly Table _table;

    public MetricTable(params string[] contenders)
    {
        _table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).AddColumns("task", "metric");
        foreach (var contender in contenders)
        {
            _table.AddColumn(new TableColumn(Markup.Escape(contender)).RightAligned());
        }
    }

    /// <summary>Adds a task: for each contender its figures, the same metrics in the same order; null for who cannot take part.</summary>
    public void Add(string task, IReadOnlyList<IReadOnlyList<Figure>?> contenders)
    {
        var metrics = contenders.OfType<IReadOnlyList<Figure>>().First();
        for (var i = 0; i < metrics.Count; i++)
        {
            var row = contenders.Select(figures => figures?[i].Value).ToList();
            var best = metrics[i].HigherIsBetter ? row.Max() : row.Min();
            _table.AddRow([i == 0 ? Markup.Escape(task) : "", Markup.Escape(metrics[i].Metric), .. row.Select(value => Cell(value, value == best))]);
        }
    }

    public void Show() => AnsiConsole.Write(_table);

    private static string Cell(double? value, bool isBest)
    {
        var text = value?.ToString(Math.Abs(value.Value) < 10 ? "F3" : "F1", CultureInfo.InvariantCulture) ?? "-";
        return isBest ? $"[bold green]{text}[/]" : text;
    }
}
