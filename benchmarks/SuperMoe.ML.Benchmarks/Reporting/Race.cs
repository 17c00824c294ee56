using System.Diagnostics;
using TorchSharp;

namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>Measures contestants in turn, so that a machine that slows down slows all of them.</summary>
internal static class Race
{
    private const int Rounds = 5;

    /// <summary>Runs each contestant once to warm up, then five times in turn.</summary>
    /// <param name="device">Whose work is waited for.</param>
    /// <param name="contestants">What is measured.</param>
    /// <returns>For each contestant the median of its seconds.</returns>
    public static double[] Medians(torch.Device device, params Action[] contestants)
    {
        var seconds = contestants.Select(_ => new double[Rounds]).ToArray();
        foreach (var contestant in contestants) { Seconds(device, contestant); }
        for (var round = 0; round < Rounds; round++)
        {
            for (var c = 0; c < contestants.Length; c++) { seconds[c][round] = Seconds(device, contestants[c]); }
        }
        return [.. seconds.Select(s => s.Order().ElementAt(Rounds / 2))];
    }

    private static double Seconds(torch.Device device, Action contestant)
    {
        Wait(device);
        var clock = Stopwatch.StartNew();
        contestant();
        Wait(device);
        return clock.Elapsed.TotalSeconds;
    }

    private static void Wait(torch.Device device)
    {
        if (device.type == DeviceType.CUDA) { torch.cuda.synchronize(device); }
    }
}
