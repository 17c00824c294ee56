namespace SuperMoe.ML.Data;

/// <summary>An event in order of time; of equal times, in order of the input.</summary>
/// <param name="Time">Grows with the time; of no unit.</param>
/// <param name="Event">The event's index in the input.</param>
internal readonly record struct TimedEvent(long Time, int Event) : IComparable<TimedEvent>
{
    public int CompareTo(TimedEvent other) => Time != other.Time ? Time.CompareTo(other.Time) : Event.CompareTo(other.Event);
}
