using Microsoft.ML;

namespace SuperMoe.ML.Estimators;

/// <summary>A <see cref="BufferedColumn"/> of single values.</summary>
internal sealed class BufferedValue<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : BufferedColumn
{
    private readonly ValueGetter<T> _getter = source.GetGetter<T>(column);
    private readonly T[][] _values = [new T[capacity], new T[capacity]];

    public override void Fill(int half, int row)
    {
        // Not into the old value: it may be with the consumer, and getters of images dispose what they overwrite.
        T value = default!;
        _getter(ref value);
        _values[half][row] = value;
    }

    public override Delegate CreateGetter(Func<(int Half, int Row)> place) =>
        (ValueGetter<T>)((ref T value) =>
        {
            var (half, row) = place();
            value = _values[half][row];
        });
}
