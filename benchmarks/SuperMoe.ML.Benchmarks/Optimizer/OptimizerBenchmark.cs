using System.Globalization;
using SuperMoe.ML.Benchmarks.Reporting;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Optimizer;

/// <summary>The optimizers: steps of a small and of a large table, and the fused update of the dense parameters beside plain ones.</summary>
internal sealed class OptimizerBenchmark(TableSettings settings, Device device, TextWriter output)
{
    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <param name="small">Rows of the small table.</param>
    /// <param name="large">Rows of the large table.</param>
    public void Run(int small, int large)
    {
        Say($"Medians of 5, contestants in turn, one warm-up each, on {device}.");
        var results = new Dictionary<string, object?>
        {
            ["lazyAdam"] = Tables(TableOptimizer.LazyAdam, small, large),
            ["rowWiseAdagrad"] = Tables(TableOptimizer.RowWiseAdagrad, small, large),
            ["dense"] = Dense(),
        };
        output.WriteLine(JsonLine.Of("optimizer", settings.Seed, new { small, large, device = device.ToString(), settings.Ids, settings.Size, settings.Steps }, results));
    }

    private Dictionary<string, double> Tables(TableOptimizer kind, int small, int large)
    {
        using var few = new TableWorkload(small, settings, kind, device);
        using var many = new TableWorkload(large, settings, kind, device);
        var seconds = Race.Medians(device, few.Run, many.Run);
        var (fewMs, manyMs) = (1e3 * seconds[0] / settings.Steps, 1e3 * seconds[1] / settings.Steps);
        Say($"{kind}, {settings.Ids} ids x {settings.Size}, lookup, backward and update: {fewMs:0.00} ms with {small} rows, {manyMs:0.00} ms with {large}: ratio {manyMs / fewMs:0.000} (at most 1.2).");
        return new() { ["smallMilliseconds"] = fewMs, ["largeMilliseconds"] = manyMs, ["ratio"] = manyMs / fewMs };
    }

    private Dictionary<string, double> Dense()
    {
        using var load = new DenseWorkload(settings.Steps, settings.Seed, device);
        var seconds = Race.Medians(device, load.Fused, load.Plain, load.TorchSharp);
        var (fused, plain, torchSharp) = (1e3 * seconds[0] / settings.Steps, 1e3 * seconds[1] / settings.Steps, 1e3 * seconds[2] / settings.Steps);
        Say($"AdamW, {load.Tensors} tensors of {load.Weights} weights: {fused:0.00} ms fused, {plain:0.00} ms plainly, {torchSharp:0.00} ms by TorchSharp's own.");
        return new()
        {
            ["fusedMilliseconds"] = fused,
            ["plainMilliseconds"] = plain,
            ["torchSharpMilliseconds"] = torchSharp,
            ["plainRatio"] = plain / fused,
            ["torchSharpRatio"] = torchSharp / fused,
        };
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
