using System.Globalization;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Moe;

/// <summary>Sparse experts against a dense network of as many active operations, and against a plain loop.</summary>
internal sealed class MoeBenchmark(int tokens, int repeats, string device, int seed, TextWriter output)
{
    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <param name="cases">What is compared.</param>
    public void Run(IReadOnlyList<MoeCase> cases)
    {
        NativeLibraries.EnsureLoaded();
        output.WriteLine(Text($"{tokens} tokens, forward and backward, milliseconds, median of {repeats}; {get_num_threads()} threads of torch, {device}."));
        var table = new TextTable("type", "D", "E", "k", "busiest", "dense", "sparse", "loop", "sparse/dense", "limit", "loop/sparse");
        var results = new List<MoeResult>();
        foreach (var @case in cases)
        {
            using var contest = new MoeContest(@case, tokens, new Device(device), seed);
            var r = contest.Run(repeats);
            results.Add(r);
            output.WriteLine(Text($"  {r.Type} D {r.Size} E {r.Experts} k {r.TopK}: dense {r.Dense:0.0}, sparse {r.Sparse:0.0}, {r.Ratio:0.00} of at most {r.Limit:0.00}"));
            output.Flush();
            table.Add(
                r.Type, Text($"{r.Size}"), Text($"{r.Experts}"), Text($"{r.TopK}"), Text($"{r.Largest:0.00}"), Text($"{r.Dense:0.0}"), Text($"{r.Sparse:0.0}"),
                Text($"{r.Loop:0.0}"), Text($"{r.Ratio:0.00}"), Text($"{r.Limit:0.00}"), Text($"{r.Loop / r.Sparse:0.00}"));
        }
        table.Write(output);
        var within = results.Count(r => r.Ratio <= r.Limit);
        output.WriteLine(Text($"{within} of {results.Count} within their limits."));
        output.WriteLine(JsonLine.Of("moe", seed, new { tokens, repeats, device }, new Dictionary<string, object?>
        {
            ["threads"] = get_num_threads(),
            ["largestRatioOfLimit"] = results.Max(r => r.Ratio / r.Limit),
            ["withinLimits"] = within,
            ["cases"] = results.Select(Entry),
        }));
    }

    private static Dictionary<string, object?> Entry(MoeResult r) => new()
    {
        ["type"] = r.Type,
        ["size"] = r.Size,
        ["experts"] = r.Experts,
        ["topK"] = r.TopK,
        ["busiest"] = r.Largest,
        ["denseMilliseconds"] = r.Dense,
        ["sparseMilliseconds"] = r.Sparse,
        ["loopMilliseconds"] = r.Loop,
        ["loopRatio"] = r.Loop / r.Sparse,
        ["ratio"] = r.Ratio,
        ["limit"] = r.Limit,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
