namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>From almost white over blue to almost black: lighter always is less, in print and for the colour-blind, too.</summary>
internal static class HeatScale
{
    private static readonly (double R, double G, double B)[] s_stops = [(247, 251, 255), (198, 219, 239), (107, 174, 214), (33, 113, 181), (8, 48, 107)];

    /// <summary>The colour of <paramref name="value"/>, from 0 to 1; what is beyond has the colour of the end, and NaN that of 0.</summary>
    public static PixelColor Of(double value)
    {
        var place = (double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1)) * (s_stops.Length - 1);
        var i = Math.Min((int)place, s_stops.Length - 2);
        var (from, to, share) = (s_stops[i], s_stops[i + 1], place - i);
        return new PixelColor(Mix(from.R, to.R), Mix(from.G, to.G), Mix(from.B, to.B));

        byte Mix(double a, double b) => (byte)Math.Round(a + (share * (b - a)));
    }
}
