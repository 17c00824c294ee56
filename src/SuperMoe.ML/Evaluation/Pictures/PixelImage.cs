namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>A picture of pixels, row by row from the top.</summary>
internal sealed class PixelImage
{
    private readonly byte[] _pixels; // height × width × (R, G, B)

    public PixelImage(int width, int height, PixelColor background)
    {
        (Width, Height) = (width, height);
        _pixels = new byte[3 * width * height];
        Fill(new PixelBox(0, 0, width, height), background);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>The width of a line of text, in dots of the font.</summary>
    public static int TextWidth(string text) => Math.Max(0, (text.Length * PixelFont.Advance) - 1);

    /// <summary>Colours a rectangle; what is outside of the picture is left out.</summary>
    public void Fill(PixelBox box, PixelColor color)
    {
        for (var y = Math.Max(0, box.Y); y < Math.Min(Height, box.Y + box.Height); y++)
        {
            for (var x = Math.Max(0, box.X); x < Math.Min(Width, box.X + box.Width); x++)
            {
                var at = 3 * ((y * Width) + x);
                (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = (color.R, color.G, color.B);
            }
        }
    }

    /// <summary>Writes a line of text from its top left corner on.</summary>
    /// <param name="text">The text; what the font does not have becomes a box.</param>
    /// <param name="x">From the left.</param>
    /// <param name="y">From the top.</param>
    /// <param name="scale">Pixels of a dot of the font, each way.</param>
    /// <param name="color">The colour.</param>
    public void Text(string text, int x, int y, int scale, PixelColor color)
    {
        foreach (var character in text)
        {
            for (var column = 0; column < PixelFont.Width; column++)
            {
                for (var row = 0; row < PixelFont.Height; row++)
                {
                    if (PixelFont.Has(character, column, row)) { Fill(new PixelBox(x + (column * scale), y + (row * scale), scale, scale), color); }
                }
            }
            x += PixelFont.Advance * scale;
        }
    }

    /// <summary>The bytes of a PNG file.</summary>
    public byte[] ToPng() => PngEncoder.Encode(Width, Height, _pixels);
}
