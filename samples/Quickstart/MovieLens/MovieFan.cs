namespace Quickstart.MovieLens;

/// <summary>One user.</summary>
internal sealed record MovieFan(string UserId, int Age, string Gender, string Occupation)
{
    private static readonly (int Below, string Name)[] s_bands =
        [(18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (int.MaxValue, "55 and over")];

    public string AgeBand => s_bands.First(band => Age < band.Below).Name;
}
