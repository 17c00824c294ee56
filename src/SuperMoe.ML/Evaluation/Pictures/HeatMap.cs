using System.Globalization;

namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>Tables as coloured cells, one under the other, with one scale of colours, which stands under them. Text is of double size, for screens of many pixels.</summary>
internal sealed class HeatMap
{
    private const int Scale = 2; // pixels of a font's dot
    private const int Margin = 16;
    private const int LineHeight = (PixelFont.Height + 4) * Scale;
    private const int CellHeight = 36;
    private const int WideCell = 64; // a percentage fits
    private const int MiddleCell = 40; // a column's name fits
    private const int NarrowCell = 12;
    private const int BarWidth = 256;

    private readonly IReadOnlyList<HeatPanel> _panels;
    private readonly int _left;
    private readonly int _cellWidth;
    private readonly int[] _tops; // of the panels' cells
    private readonly int _barTop;

    public HeatMap(IReadOnlyList<HeatPanel> panels)
    {
        _panels = panels;
        var columns = panels.Select(p => p.Columns.Count).DefaultIfEmpty(0).Max();
        var names = panels.SelectMany(p => p.Rows).Select(PixelImage.TextWidth).DefaultIfEmpty(0).Max();
        _cellWidth = columns switch { <= 16 => WideCell, <= 32 => MiddleCell, _ => NarrowCell };
        _left = Margin + (Scale * names) + Margin;
        _tops = new int[panels.Count];
        var y = Margin;
        for (var p = 0; p < panels.Count; p++)
        {
            _tops[p] = y + LineHeight;
            y = _tops[p] + (panels[p].Rows.Count * CellHeight) + Margin;
        }
        _barTop = y;
        Height = y + LineHeight + Margin;
        var titles = panels.Select(p => Margin + (Scale * PixelImage.TextWidth(p.Title))).DefaultIfEmpty(0).Max();
        Width = Math.Max(Math.Max(_left + (columns * _cellWidth), titles), _left + BarWidth + (8 * PixelFont.Advance * Scale)) + Margin;
        Most = panels.SelectMany(p => p.Values).SelectMany(v => v).DefaultIfEmpty(0).Max();
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>The value of the darkest colour.</summary>
    public double Most { get; }

    /// <summary>Where a value's cell stands.</summary>
    public PixelBox Cell(int panel, int row, int column) =>
        new(_left + (column * _cellWidth), _tops[panel] + (row * CellHeight), _cellWidth, CellHeight);

    /// <summary>The colour of a value.</summary>
    public PixelColor Color(double value) => HeatScale.Of(Most > 0 ? value / Most : 0);

    /// <summary>Draws it all.</summary>
    public PixelImage Draw()
    {
        var image = new PixelImage(Width, Height, PixelColor.White);
        for (var p = 0; p < _panels.Count; p++) { DrawPanel(image, p); }
        for (var x = 0; x < BarWidth; x++) { image.Fill(new PixelBox(_left + x, _barTop, 1, LineHeight - 8), HeatScale.Of(x / (BarWidth - 1.0))); }
        image.Text(Percent(0), _left - (Scale * PixelFont.Advance * 3), _barTop + 2, Scale, PixelColor.Black);
        image.Text(Percent(Most), _left + BarWidth + 8, _barTop + 2, Scale, PixelColor.Black);
        return image;
    }

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:F0}%");

    private void DrawPanel(PixelImage image, int p)
    {
        var panel = _panels[p];
        image.Text(panel.Title, Margin, _tops[p] - LineHeight + 2, Scale, PixelColor.Black);
        for (var c = 0; c < panel.Columns.Count; c++) { Center(image, panel.Columns[c], Cell(p, 0, c) with { Y = _tops[p] - LineHeight, Height = LineHeight - 4 }, PixelColor.Black); }
        for (var r = 0; r < panel.Rows.Count; r++)
        {
            var name = panel.Rows[r];
            var line = new PixelBox(_left - Margin - (Scale * PixelImage.TextWidth(name)), _tops[p] + (r * CellHeight), Scale * PixelImage.TextWidth(name), CellHeight);
            Center(image, name, line, PixelColor.Black);
            for (var c = 0; c < panel.Values[r].Count; c++)
            {
                var (value, cell) = (panel.Values[r][c], Cell(p, r, c));
                image.Fill(cell with { Width = cell.Width - 1, Height = cell.Height - 1 }, Color(value)); // a line of white between cells
                Center(image, Percent(value), cell, Color(value).IsDark ? PixelColor.White : PixelColor.Black);
            }
        }
    }

    // Nothing where there is no room.
    private static void Center(PixelImage image, string text, PixelBox box, PixelColor color)
    {
        var width = Scale * PixelImage.TextWidth(text);
        if (width > box.Width) { return; }
        image.Text(text, box.X + ((box.Width - width) / 2), box.Y + ((box.Height - (Scale * PixelFont.Height)) / 2), Scale, color);
    }
}
