using System.Diagnostics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Soak;

/// <summary>What the process held at moments of a long run, and whether it grew.</summary>
internal sealed class MemorySamples
{
    /// <summary>Growth of the mean from the first to the last third that counts as flat, as a share of the mean: the allocators' own coming and going.</summary>
    private const double FlatShare = 0.02;

    private const int Least = 4;

    private readonly List<double> _megabytes = [];
    private readonly List<long> _tensors = [];

    /// <summary>Takes a sample, without garbage: what is left of managed memory and tensors is held.</summary>
    public void Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        _megabytes.Add(process.WorkingSet64 / 1048576.0);
        _tensors.Add(Tensor.TotalCount);
    }

    /// <summary>Figures and verdict, by name.</summary>
    public Dictionary<string, object?> Results() => new()
    {
        ["samples"] = _megabytes.Count,
        ["memoryMiB"] = _megabytes.ToArray(),
        ["leastMiB"] = _megabytes.Min(),
        ["mostMiB"] = _megabytes.Max(),
        ["growthMiB"] = Growth,
        ["slopeMiBPerSample"] = Slope(),
        ["tensorsFirst"] = _tensors[0],
        ["tensorsLast"] = _tensors[^1],
        ["flat"] = Flat,
        ["verdict"] = Verdict,
    };

    /// <summary>Whether neither memory nor the number of tensors grew; <see langword="null"/> with too few samples to tell.</summary>
    public bool? Flat => _megabytes.Count < Least ? null : Growth <= FlatShare * _megabytes.Average() && _tensors[^1] <= _tensors[0];

    /// <summary><see cref="Flat"/> in words.</summary>
    public string Verdict => Flat switch
    {
        true => "flat",
        false => "not flat",
        null => "too few samples",
    };

    /// <summary>From the mean of the first third to that of the last.</summary>
    public double Growth => _megabytes.TakeLast(Third).Average() - _megabytes.Take(Third).Average();

    private int Third => Math.Max(1, _megabytes.Count / 3);

    // Least squares.
    private double Slope()
    {
        var (x, y) = ((_megabytes.Count - 1) / 2.0, _megabytes.Average());
        var spread = _megabytes.Select((_, i) => (i - x) * (i - x)).Sum();
        return spread > 0 ? _megabytes.Select((m, i) => (i - x) * (m - y)).Sum() / spread : 0;
    }
}
