using System.Globalization;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Benchmarks.Steps;
using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Softmax;

/// <summary>The next-item losses: the full softmax beside all logits at once, the sampled one with few items and with many, and each one's training pace.</summary>
internal sealed class SoftmaxBenchmark(StepSettings settings, Device device, TextWriter output)
{
    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <param name="rows">Rows of the full softmax.</param>
    /// <param name="items">Items of the full softmax and of the paces.</param>
    /// <param name="small">Items of the small catalogue.</param>
    /// <param name="large">Items of the large catalogue.</param>
    public void Run(int rows, int items, int small, int large)
    {
        Say($"Medians of 5, contestants in turn, one warm-up each, on {device}.");
        var full = Full(rows, items);
        var sampled = Sampled(small, large);
        var paces = Paces(items);
        output.WriteLine(JsonLine.Of("softmax", settings.Seed, new { rows, items, small, large, device = device.ToString(), step = settings }, new Dictionary<string, object?>
        {
            ["full"] = full,
            ["sampled"] = sampled,
            ["tokensPerSecond"] = paces,
        }));
    }

    private Dictionary<string, double> Full(int rows, int items)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)settings.Seed);
        var x = randn([rows, settings.HiddenSize], generator: generator).to(device).requires_grad_();
        var w = (randn([items, settings.HiddenSize], generator: generator) * 0.1).to(device).requires_grad_();
        var targets = randint(0, items, [rows], generator: generator).to(int64).to(device);
        var weights = full_like(targets, 1.0 / rows, float32);
        void Step(Func<Tensor, Tensor, Tensor, Tensor, Tensor> loss)
        {
            using var inner = NewDisposeScope();
            x.grad = null;
            w.grad = null;
            loss(x, w, targets, weights).backward();
        }
        void Fused() => Step((x, w, t, k) => SoftmaxCrossEntropy.Apply(x, w, t, k));
        void Half() => Step((x, w, t, k) => SoftmaxCrossEntropy.Apply(x, w, t, k, bfloat16));
        void Plain() => Step((x, w, t, k) => SoftmaxCrossEntropy.Reference(x, w, t, k));
        var seconds = Race.Medians(device, Fused, Plain, Half);
        var (fusedMiB, plainMiB) = (PeakMemory.MiB(Fused), PeakMemory.MiB(Plain));
        Say($"Full softmax, {rows} rows x {items} items x {settings.HiddenSize}, forward and backward: {1e3 * seconds[0]:0.0} ms and {fusedMiB:0} MiB,");
        Say($"  {1e3 * seconds[1]:0.0} ms and {plainMiB:0} MiB with all logits at once: {seconds[1] / seconds[0]:0.00} times as fast; with bfloat16 products {1e3 * seconds[2]:0.0} ms, {seconds[1] / seconds[2]:0.00} times as fast.");
        return new()
        {
            ["bfloat16Milliseconds"] = 1e3 * seconds[2],
            ["bfloat16SpeedUp"] = seconds[1] / seconds[2],
            ["milliseconds"] = 1e3 * seconds[0],
            ["allLogitsMilliseconds"] = 1e3 * seconds[1],
            ["speedUp"] = seconds[1] / seconds[0],
            ["peakMiB"] = fusedMiB,
            ["allLogitsPeakMiB"] = plainMiB,
        };
    }

    private Dictionary<string, double> Sampled(int small, int large)
    {
        NextItemTask[] Task() => [new() { Loss = NextItemLoss.SampledSoftmax }];
        using var few = new StepWorkload(small, Task(), settings, device);
        using var many = new StepWorkload(large, Task(), settings, device);
        var seconds = Race.Medians(device, few.Run, many.Run);
        var (fewMs, manyMs) = (1e3 * seconds[0] / settings.Steps, 1e3 * seconds[1] / settings.Steps);
        Say($"Training step of {few.Tokens / settings.Steps} events, sampled softmax: {fewMs:0.0} ms with {small} items, {manyMs:0.0} ms with {large}: ratio {manyMs / fewMs:0.000} (at most 1.3).");
        return new() { ["smallMilliseconds"] = fewMs, ["largeMilliseconds"] = manyMs, ["ratio"] = manyMs / fewMs };
    }

    private Dictionary<string, double> Paces(int items)
    {
        NextItemLoss[] kinds = [NextItemLoss.FullSoftmax, NextItemLoss.SampledSoftmax, NextItemLoss.BinaryCrossEntropy];
        var loads = kinds.Select(k => new StepWorkload(items, [new NextItemTask { Loss = k }], settings, device)).ToArray();
        try
        {
            var seconds = Race.Medians(device, [.. loads.Select(l => (Action)l.Run)]);
            var paces = new Dictionary<string, double>();
            for (var k = 0; k < kinds.Length; k++)
            {
                var name = char.ToLowerInvariant(kinds[k].ToString()[0]) + kinds[k].ToString()[1..];
                paces[name] = loads[k].Tokens / seconds[k];
                Say($"{kinds[k]}, {items} items: {paces[name]:0} events/s.");
            }
            return paces;
        }
        finally
        {
            foreach (var load in loads) { load.Dispose(); }
        }
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
