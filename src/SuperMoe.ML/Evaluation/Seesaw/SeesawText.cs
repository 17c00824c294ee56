using System.Globalization;
using System.Text;

namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>A seesaw report as text.</summary>
internal sealed class SeesawText
{
    private readonly SeesawReport _report;
    private readonly StringBuilder _text = new();

    private SeesawText(SeesawReport report) => _report = report;

    public static string Of(SeesawReport report)
    {
        var text = new SeesawText(report);
        text.Head();
        text.Tasks();
        if (report.Comparisons.Count > 1) { text.Contestants(); }
        text.Foot();
        return text._text.ToString();
    }

    /// <summary>Seconds in a unit that is easy to read.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        double.NaN => "unknown",
        < 10 => Line($"{seconds:0.0} s"),
        < 120 => Line($"{seconds:0} s"),
        < 7200 => Line($"{seconds / 60:0} min"),
        _ => Line($"{seconds / 3600:0.0} h"),
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double share) => double.IsNaN(share) ? "NaN" : Line($"{100 * share:+0.0;-0.0;0.0}%");

    private static string Number(double value) => Line($"{value:0.0000}");

    private static string Signed(double value) => Line($"{value:+0.0000;-0.0000;0.0000}");

    private static string Verdict(SeesawVerdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Interval(SeesawInterval interval, Func<double, string> number) =>
        double.IsNaN(interval.Lower) ? $"{number(interval.Mean)} (no interval)"
        : $"{number(interval.Mean)} [{number(interval.Lower)}, {number(interval.Upper)}]";

    private static string Ends(SeesawInterval interval, Func<double, string> number) =>
        double.IsNaN(interval.Lower) ? "(no interval)" : $"[{number(interval.Lower)}, {number(interval.Upper)}]";

    private void Head()
    {
        var seeds = _report.Runs.Select(r => r.Seed).Distinct().Count();
        var plural = seeds == 1 ? "" : "s";
        Add(Line($"Together against alone: {seeds} seed{plural}, {100 * _report.Confidence:0.##}% intervals, ")
            + Line($"{_report.TrainingUsers:N0} users to train on, {_report.TestUsers:N0} held out."));
    }

    private void Tasks()
    {
        List<string[]> rows = [["Task", "Metric", "Alone", "Together", "Better by", "Relative", "Verdict", "Over users too", "And verdict"]];
        foreach (var task in _report.Tasks)
        {
            rows.Add(
            [
                task.Task, task.HigherIsBetter ? task.Metric : $"{task.Metric} (less is better)", Number(task.Alone), Number(task.Joint),
                Interval(task.Difference, Signed), Percent(task.RelativeGain.Mean), Verdict(task.Verdict),
                Ends(task.DifferenceOverUsers, Signed), Verdict(task.VerdictOverUsers),
            ]);
        }
        Table(rows, left: 2);
    }

    private void Contestants()
    {
        List<string[]> rows = [["Task", "Alone", .. _report.Comparisons.Select(c => c.Name)]];
        var alone = _report.Comparisons.SelectMany(c => c.Tasks).DistinctBy(t => t.Task);
        foreach (var task in alone) { rows.Add([task.Task, Number(task.Alone), .. _report.Comparisons.Select(c => Cell(c, task.Task))]); }
        rows.Add(["Mean relative gain", "", .. _report.Comparisons.Select(c => Interval(c.MeanRelativeGain, Percent))]);
        _text.Append('\n');
        Table(rows, left: 1);
    }

    private static string Cell(SeesawComparison comparison, string name) =>
        comparison.Tasks.FirstOrDefault(t => t.Task == name) is { } task
            ? $"{Number(task.Joint)} {Percent(task.RelativeGain.Mean)} {Verdict(task.Verdict)}"
            : "-";

    private void Foot()
    {
        var verdicts = Enum.GetValues<SeesawVerdict>().Reverse()
            .Select(v => (Verdict: v, Count: _report.Tasks.Count(t => t.Verdict == v))).Where(v => v.Count > 0)
            .Select(v => $"{v.Count} {Verdict(v.Verdict)}");
        var overUsers = _report.MeanRelativeGainOverUsers is { Lower: not double.NaN } over ? $", over users too {Ends(over, Percent)}" : "";
        Add($"Mean relative gain: {Interval(_report.MeanRelativeGain, Percent)}{overUsers}; {string.Join(", ", verdicts)}.");
        var reused = _report.Runs.Count(r => r.Reused);
        Add($"{_report.Runs.Count} runs, {reused} of them reused; {Duration(_report.Runs.Where(r => !r.Reused).Sum(r => r.Seconds))} of training.");
    }

    private void Table(List<string[]> rows, int left)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        foreach (var row in rows)
        {
            Add("  " + string.Join("  ", row.Select((cell, c) => c < left ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))));
        }
    }

    private void Add(string line) => _text.Append(line).Append('\n');
}
