using System.Globalization;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Benchmarks.Steps;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Balancing;

/// <summary>What the balancing strategies cost: steps of four tasks, once with the next item among them, whose logits are most of a step, and once without.</summary>
internal sealed class BalancingBenchmark(StepSettings settings, Device device, TextWriter output)
{
    private const double Limit = 1.3; // times fixed weights

    private static readonly SuperMoeTask[] s_labels = [new BinaryTask("Binary"), new MulticlassTask("Multiclass"), new RegressionTask("Regression")];
    private static readonly TaskBalancing[] s_strategies = Enum.GetValues<TaskBalancing>();

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <param name="items">Items of the catalogue.</param>
    public void Run(int items)
    {
        Say($"A step of four tasks, {settings.BatchTokens} events, milliseconds; medians of 5, contestants in turn, one warm-up each, on {device}.");
        var table = new TextTable(["tasks", .. s_strategies.Select(s => s.ToString())]);
        var next = Measure("next item and three labels", items, [new NextItemTask(), .. s_labels], table);
        var labels = Measure("four labels", items, [.. s_labels, new BinaryTask("Second")], table);
        table.Write(output);
        var largest = Math.Max(Largest(next), Largest(labels));
        Say($"At most {largest:0.00} times fixed weights (limit {Limit}).");
        output.WriteLine(JsonLine.Of("balancing", settings.Seed, new { items, device = device.ToString(), step = settings }, new Dictionary<string, object?>
        {
            ["nextItemAndLabels"] = Entry(next),
            ["labels"] = Entry(labels),
            ["largestRatio"] = largest,
            ["limit"] = Limit,
            ["withinLimit"] = largest <= Limit,
        }));
    }

    private double[] Measure(string name, int items, SuperMoeTask[] tasks, TextTable table)
    {
        var loads = s_strategies.Select(s => new StepWorkload(items, tasks, settings, device, s)).ToArray();
        try
        {
            double[] milliseconds = [.. Race.Medians(device, [.. loads.Select(l => (Action)l.Run)]).Select(s => 1e3 * s / settings.Steps)];
            table.Add([name, .. milliseconds.Select(m => Text($"{m:0.0} ({m / milliseconds[0]:0.00})"))]);
            return milliseconds;
        }
        finally
        {
            foreach (var load in loads) { load.Dispose(); }
        }
    }

    // Fixed weights are the first strategy.
    private static double Largest(double[] milliseconds) => milliseconds.Skip(1).Max() / milliseconds[0];

    private static Dictionary<string, object?> Entry(double[] milliseconds) => new()
    {
        ["milliseconds"] = s_strategies.Zip(milliseconds).ToDictionary(s => s.First.ToString(), s => s.Second),
        ["ratios"] = s_strategies.Zip(milliseconds).ToDictionary(s => s.First.ToString(), s => s.Second / milliseconds[0]),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Say(FormattableString text)
    {
        output.WriteLine(Text(text));
        output.Flush();
    }
}
