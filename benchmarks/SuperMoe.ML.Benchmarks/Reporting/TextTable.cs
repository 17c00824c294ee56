namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>A table of text: the first column to the left, the others to the right.</summary>
internal sealed class TextTable(params string[] head)
{
    private readonly List<string[]> _rows = [head];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, _rows[0].Length).Select(c => _rows.Max(r => r[c].Length))];
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]));
            output.WriteLine($"  {string.Join("  ", cells)}");
        }
    }
}
