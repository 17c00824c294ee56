using Microsoft.ML;
using SuperMoe.ML.Evaluation.Pictures;
using SuperMoe.ML.Tests.Evaluation.Pictures;

namespace SuperMoe.ML.Tests.Evaluation;

public sealed class ExpertUseTests
{
    private static readonly string[] s_groups = ["Events", "Embedding", "Gender"];

    private static readonly ExpertUse s_use = new(
    [
        new ExpertLoad(0, s_groups, [[0.5, 0.25, 0.25], [0.1, 0.2, 0.7], [0, 0, 1]]),
        new ExpertLoad(2, s_groups, [[0, 0, 0], [0.345, 0.655, 0], [1, 0, 0]]),
    ]);

    [Fact]
    public void Table_has_a_row_for_each_kind_of_token_and_a_column_for_each_expert()
    {
        string[] expected =
        [
            "block 0      E0    E1    E2",
            "Events      50%   25%   25%",
            "Embedding   10%   20%   70%",
            "Gender       0%    0%  100%",
            "block 2      E0    E1    E2",
            "Events       0%    0%    0%",
            "Embedding   34%   66%    0%",
            "Gender     100%    0%    0%",
        ];
        Assert.Equal(expected, s_use.ToTable().TrimEnd().ReplaceLineEndings("\n").Split('\n'));
        Assert.Equal(s_use.ToTable(), s_use.ToString());
    }

    [Fact]
    public void View_has_a_row_for_each_share()
    {
        var ml = new MLContext(1);
        var view = s_use.ToDataView(ml);
        Assert.Equal(["Block", "Tokens", "Expert", "Share"], view.Schema.Select(c => c.Name));
        var rows = ml.Data.CreateEnumerable<ExpertUseRow>(view, reuseRowObject: false).ToList();
        Assert.Equal(18, rows.Count);
        Assert.Equal((0, "Embedding", 2, 0.7f), (rows[5].Block, rows[5].Tokens, rows[5].Expert, rows[5].Share));
        Assert.Equal((2, "Gender", 0, 1f), (rows[15].Block, rows[15].Tokens, rows[15].Expert, rows[15].Share));
    }

    [Fact]
    public void Picture_has_a_cell_of_the_share_s_colour_for_each_share()
    {
        var map = s_use.Map();
        var png = DecodedPng.Of(s_use.ToPng());
        Assert.Equal((map.Width, map.Height), (png.Width, png.Height));
        Assert.Equal(1, map.Most);
        for (var b = 0; b < 2; b++)
        {
            for (var g = 0; g < 3; g++)
            {
                for (var e = 0; e < 3; e++)
                {
                    var (cell, share) = (map.Cell(b, g, e), s_use.Blocks[b].Shares[g][e]);
                    Assert.Equal(HeatScale.Of(share), png[cell.X, cell.Y]);
                    Assert.Equal(HeatScale.Of(share), png[cell.X + cell.Width - 2, cell.Y + cell.Height - 2]);
                    Assert.Equal(PixelColor.White, png[cell.X + cell.Width - 1, cell.Y + 5]); // the line between cells
                    Assert.Equal(HeatScale.Of(share).IsDark ? PixelColor.White : PixelColor.Black, Ink(png, cell, HeatScale.Of(share)));
                }
            }
        }
    }

    [Fact]
    public void Picture_has_names_before_the_cells_and_no_cell_on_another()
    {
        var map = s_use.Map();
        var png = DecodedPng.Of(s_use.ToPng());
        for (var g = 0; g < 3; g++)
        {
            var cell = map.Cell(1, g, 0);
            Assert.Equal(PixelColor.Black, Ink(png, cell with { X = 0, Width = cell.X }, PixelColor.White));
        }
        var boxes = (from b in Enumerable.Range(0, 2) from g in Enumerable.Range(0, 3) from e in Enumerable.Range(0, 3) select map.Cell(b, g, e)).ToList();
        Assert.All(boxes, a => Assert.All(boxes.Where(o => o != a), o => Assert.True(
            a.X + a.Width <= o.X || o.X + o.Width <= a.X || a.Y + a.Height <= o.Y || o.Y + o.Height <= a.Y)));
        Assert.All(boxes, a => Assert.True(a.X + a.Width <= map.Width && a.Y + a.Height <= map.Height));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(1024)]
    public void Picture_of_many_experts_has_narrow_cells(int experts)
    {
        var shares = Enumerable.Range(0, experts).Select(e => e == 7 ? 0.5 : 0.5 / (experts - 1)).ToArray();
        var use = new ExpertUse([new ExpertLoad(0, ["Events"], [shares])]);
        var png = DecodedPng.Of(use.ToPng());
        var cell = use.Map().Cell(0, 0, 7);
        Assert.Equal(HeatScale.Of(1), png[cell.X + 1, cell.Y + (cell.Height / 2)]);
        Assert.True(png.Width > experts * cell.Width);
    }

    [Fact]
    public void File_and_page_hold_the_picture()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        try
        {
            s_use.SavePng(path);
            Assert.Equal(s_use.ToPng(), File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Contains($"base64,{Convert.ToBase64String(s_use.ToPng())}\"", s_use.ToHtml(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => s_use.SavePng(""));
    }

    [Fact]
    public void Notebooks_find_the_picture_by_their_convention()
    {
        // As .NET Interactive looks: names and shapes, no type of its own.
        var attribute = Assert.Single(typeof(ExpertUse).GetCustomAttributes(true), a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        Assert.Equal(["text/html"], (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!);
        var formatters = (IEnumerable<object>)source.GetMethod("CreateTypeFormatters")!.Invoke(Activator.CreateInstance(source), [])!;
        var formatter = Assert.Single(formatters);
        Assert.Equal("text/html", formatter.GetType().GetProperty("MimeType")!.GetValue(formatter));
        using var text = new StringWriter();
        Assert.Equal(true, formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!.Invoke(formatter, [s_use, text]));
        Assert.Equal(s_use.ToHtml(), text.ToString());
        Assert.Equal(false, formatter.GetType().GetMethod("Format")!.Invoke(formatter, ["other", text]));
    }

    [Fact]
    public void Names_too_long_are_cut_and_a_model_without_experts_has_an_empty_picture()
    {
        var name = new string('x', 30);
        var use = new ExpertUse([new ExpertLoad(0, [name], [[1]])]);
        Assert.Contains(new string('x', 22) + "..", use.ToTable(), StringComparison.Ordinal);
        Assert.DoesNotContain(name, use.ToTable(), StringComparison.Ordinal);
        Assert.Equal("", new ExpertUse([]).ToTable());
        Assert.True(DecodedPng.Of(new ExpertUse([]).ToPng()).Width > 0);
        Assert.Empty(new ExpertUse([]).ToRows());
    }

    // The one colour beside the background's.
    private static PixelColor Ink(DecodedPng png, PixelBox box, PixelColor background)
    {
        var pixels = from y in Enumerable.Range(box.Y + 1, box.Height - 2) from x in Enumerable.Range(box.X, box.Width - 1) select png[x, y];
        return Assert.Single(pixels.Distinct(), c => c != background);
    }
}
