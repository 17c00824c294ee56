using System.Globalization;

namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>Writes how tokens are spread over the experts of each block.</summary>
internal static class ExpertLines
{
    public static void Write(TextWriter output, TrainingReport report)
    {
        foreach (var load in report.ExpertLoads)
        {
            var table = new TextTable([$"block {load.Block}", .. Enumerable.Range(0, load.Shares[0].Count).Select(e => $"expert {e}")]);
            for (var g = 0; g < load.Groups.Count; g++)
            {
                table.Add([load.Groups[g], .. load.Shares[g].Select(s => s.ToString("0.000", CultureInfo.InvariantCulture))]);
            }
            table.Write(output);
        }
    }
}
