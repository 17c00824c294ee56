namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>A colour of 8 bits each of red, green and blue.</summary>
internal readonly record struct PixelColor(byte R, byte G, byte B)
{
    public static readonly PixelColor White = new(255, 255, 255);

    public static readonly PixelColor Black = new(0, 0, 0);

    /// <summary>Whether white text is read more easily on it than black: by the luminance of ITU-R BT.601.</summary>
    public bool IsDark => (0.299 * R) + (0.587 * G) + (0.114 * B) < 140;
}
