using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <inheritdoc/>
internal sealed class EventColumn<T> : EventColumn
{
    private readonly ColumnStore<T> _values = ColumnStore<T>.Create();

    public override long Bytes => _values.Bytes;

    public override Action Appender(DataViewRow source, DataViewSchema.Column column)
    {
        var getter = source.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            _values.Add(value);
        };
    }

    public override bool IsLastTimeMissing() => TimeKey.IsMissing(_values[_values.Count - 1]);

    public override bool ReadTimes(ReadOnlySpan<int> events, Span<TimedEvent> times)
    {
        var ordered = true;
        var last = long.MinValue;
        for (var i = 0; i < events.Length; i++)
        {
            var time = TimeKey.Of(_values[events[i]]);
            times[i] = new TimedEvent(time, events[i]);
            ordered &= time >= last;
            last = time;
        }

        return ordered;
    }

    public override void Arrange(ReadOnlySpan<int> order) => _values.Arrange(order);

    public override void Clear() => _values.Clear();

    public override Delegate SequenceGetter(UserWindow window) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> target) =>
    {
        window.Check();
        Fill(window.SequenceStart, window.SequenceCount, ref target);
    });

    public override Delegate HeldOutGetter(UserWindow window, bool single)
    {
        if (single)
        {
            return (ValueGetter<T>)((ref T target) =>
            {
                window.Check();
                target = window.HeldOutCount == 0 ? MissingValue<T>.Value : _values[window.HeldOutStart];
            });
        }

        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> target) =>
        {
            window.Check();
            Fill(window.HeldOutStart, window.HeldOutCount, ref target);
        });
    }

    private void Fill(int start, int count, ref VBuffer<T> target)
    {
        var editor = VBufferEditor.Create(ref target, count);
        _values.CopyTo(start, editor.Values[..count]);
        target = editor.Commit();
    }
}
