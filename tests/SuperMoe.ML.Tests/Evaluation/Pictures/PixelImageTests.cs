using SuperMoe.ML.Evaluation.Pictures;

namespace SuperMoe.ML.Tests.Evaluation.Pictures;

public sealed class PixelImageTests
{
    private static readonly PixelColor s_red = new(200, 10, 30);

    [Fact]
    public void A_picture_read_back_has_its_pixels()
    {
        var image = new PixelImage(7, 5, PixelColor.White);
        image.Fill(new PixelBox(2, 1, 3, 2), s_red);
        image.Fill(new PixelBox(-4, 4, 5, 100), PixelColor.Black); // partly outside
        var png = DecodedPng.Of(image.ToPng());

        Assert.Equal((7, 5), (png.Width, png.Height));
        for (var y = 0; y < 5; y++)
        {
            for (var x = 0; x < 7; x++)
            {
                var expected = x is >= 2 and < 5 && y is 1 or 2 && x is >= 2 and < 5 ? s_red : (x, y) == (0, 4) ? PixelColor.Black : PixelColor.White;
                Assert.Equal(expected, png[x, y]);
            }
        }
    }

    [Fact]
    public void Text_is_the_font_s_dots()
    {
        var image = new PixelImage(2 * 12, 14, PixelColor.White);
        image.Text("LT", 0, 0, 2, PixelColor.Black);
        var png = DecodedPng.Of(image.ToPng());
        string[] expected =
        [
            "#.....#####.",
            "#.......#...",
            "#.......#...",
            "#.......#...",
            "#.......#...",
            "#.......#...",
            "#####...#...",
        ];
        for (var y = 0; y < 14; y++)
        {
            for (var x = 0; x < 24; x++) { Assert.Equal(expected[y / 2][x / 2] == '#' ? PixelColor.Black : PixelColor.White, png[x, y]); }
        }
        Assert.Equal(11, PixelImage.TextWidth("LT"));
    }

    [Fact]
    public void Every_printable_character_has_dots_of_its_own_and_others_a_box()
    {
        static string Dots(char c) => string.Concat(from x in Enumerable.Range(0, 5) from y in Enumerable.Range(0, 7) select PixelFont.Has(c, x, y) ? '1' : '0');
        var all = Enumerable.Range('!', '~' - '!' + 1).Select(c => Dots((char)c)).ToList();
        Assert.Equal(94, all.Distinct().Count());
        Assert.All(all, dots => Assert.Contains('1', dots));
        Assert.DoesNotContain('1', Dots(' '));
        Assert.Equal(20, Dots('男').Count(d => d == '1'));
        Assert.Equal(Dots('男'), Dots('\n'));
        Assert.DoesNotContain(Dots('男'), all);
    }

    [Fact]
    public void More_is_darker()
    {
        var light = Enumerable.Range(0, 101).Select(i => HeatScale.Of(i / 100.0)).Select(c => (0.299 * c.R) + (0.587 * c.G) + (0.114 * c.B)).ToList();
        Assert.Equal(light.OrderDescending(), light);
        Assert.Equal(101, light.Distinct().Count());
        Assert.Equal(new PixelColor(247, 251, 255), HeatScale.Of(double.NaN));
        Assert.Equal(HeatScale.Of(1), HeatScale.Of(9));
        Assert.True(HeatScale.Of(1).IsDark);
        Assert.False(HeatScale.Of(0).IsDark);
    }
}
