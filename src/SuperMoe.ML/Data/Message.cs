using System.Globalization;

namespace SuperMoe.ML.Data;

/// <summary>The texts of errors.</summary>
internal static class Message
{
    public static string OfMistakes(string title, IReadOnlyList<string> mistakes) =>
        mistakes.Count == 1
            ? $"{title}: {mistakes[0]}"
            : string.Create(CultureInfo.InvariantCulture, $"{title}, {mistakes.Count} mistakes:") +
                string.Concat(mistakes.Select(mistake => Environment.NewLine + "- " + mistake));
}
