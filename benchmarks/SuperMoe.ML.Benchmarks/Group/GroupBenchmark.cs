using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.Group;

/// <summary>Groups a log in memory, several times, and tells the median time and the managed memory.</summary>
internal sealed class GroupBenchmark(int seed, TextWriter output)
{
    private const int Runs = 5;

    private readonly MLContext _ml = new(seed);

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    public void Run(int events)
    {
        // The log is held before anything is measured, so that what is added to it is the grouping's.
        var log = GroupEvent.Log(events, seed);
        Say($"{events} events of five columns (user, time, item, category, price); one run to warm up, {Runs} for the time, one for memory.");
        Seconds(log);
        double[] seconds = [.. Enumerable.Range(0, Runs).Select(_ => Seconds(log)).Order()];
        var (held, peak) = Memory(log);
        var median = seconds[Runs / 2];
        Say($"Grouped in {median:0.000} s (median of {Runs}); {held / 1e6:0.0} MB held, {(double)held / events:0.0} bytes an event; {peak / 1e6:0.0} MB at most while grouped.");
        output.WriteLine(JsonLine.Of("group", seed, new { events }, new Dictionary<string, object?>
        {
            ["events"] = events,
            ["seconds"] = median,
            ["allSeconds"] = seconds,
            ["heldBytes"] = held,
            ["bytesPerEvent"] = (double)held / events,
            ["peakBytes"] = peak,
        }));
        GC.KeepAlive(log);
    }

    private double Seconds(GroupEvent[] log)
    {
        var view = View(log);
        GC.Collect();
        var clock = Stopwatch.StartNew();
        ReadFirst(view);
        return clock.Elapsed.TotalSeconds;
    }

    // The peak is sampled each millisecond and counts garbage that is not collected yet.
    private (long Held, long Peak) Memory(GroupEvent[] log)
    {
        var view = View(log);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = before;
        using var done = new ManualResetEventSlim();
        var watch = new Thread(() =>
        {
            do { peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false)); }
            while (!done.Wait(1));
        });
        watch.Start();
        ReadFirst(view);
        done.Set();
        watch.Join();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(view);
        return (held, Math.Max(peak - before, held));
    }

    private IDataView View(GroupEvent[] log) => _ml.Data.GroupIntoSequences(
        _ml.Data.LoadFromEnumerable(log),
        new SequenceOptions
        {
            UserColumn = nameof(GroupEvent.User),
            TimeColumn = nameof(GroupEvent.Time),
            SequenceColumns = [nameof(GroupEvent.Item), nameof(GroupEvent.Category), nameof(GroupEvent.Price)],
        });

    // All is grouped before the first row is given.
    private static void ReadFirst(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        if (!cursor.MoveNext()) { throw new InvalidOperationException("The log has no users."); }
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
