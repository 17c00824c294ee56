namespace SuperMoe.ML.Data;

/// <summary>Sorts the events of one user after another, stably, by time. Events in order already, the common case, cost one pass.</summary>
/// <param name="times">The column of times.</param>
internal sealed class TimeOrder(EventColumn times)
{
    private TimedEvent[] _scratch = new TimedEvent[16];

    /// <summary>Sorts <paramref name="events"/>, indices that are in order of the input.</summary>
    public void Sort(Span<int> events)
    {
        if (_scratch.Length < events.Length)
        {
            _scratch = new TimedEvent[Math.Max(events.Length, Math.Min(_scratch.Length * 2L, Array.MaxLength))];
        }

        var timed = _scratch.AsSpan(0, events.Length);
        if (times.ReadTimes(events, timed))
        {
            return;
        }

        timed.Sort();
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = timed[i].Event;
        }
    }
}
