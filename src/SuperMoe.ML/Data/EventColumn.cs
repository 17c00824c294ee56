using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>The values of one column of the events, and the output columns made of them.</summary>
internal abstract class EventColumn
{
    /// <summary>The size of the arrays held.</summary>
    public abstract long Bytes { get; }

    public static EventColumn Create(DataViewSchema.Column column) =>
        GenericFactory.Create<EventColumn>(typeof(EventColumn<>), column.Type.RawType);

    /// <summary>What adds the value of <paramref name="column"/> in the current row of <paramref name="source"/>.</summary>
    public abstract Action Appender(DataViewRow source, DataViewSchema.Column column);

    /// <summary>Whether the value added last is no time.</summary>
    public abstract bool IsLastTimeMissing();

    /// <summary>Reads the times of <paramref name="events"/>, and tells whether they are in order.</summary>
    public abstract bool ReadTimes(ReadOnlySpan<int> events, Span<TimedEvent> times);

    /// <summary>Keeps the events with the indices <paramref name="order"/>, in that order.</summary>
    public abstract void Arrange(ReadOnlySpan<int> order);

    public abstract void Clear();

    /// <summary>A getter of the vector of the current user's values.</summary>
    public abstract Delegate SequenceGetter(UserWindow window);

    /// <summary>A getter of the current user's values held out: one value, or a vector.</summary>
    public abstract Delegate HeldOutGetter(UserWindow window, bool single);
}
