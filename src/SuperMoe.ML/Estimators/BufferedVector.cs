using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>A <see cref="BufferedColumn"/> of vectors; their memory is used again for later batches.</summary>
internal sealed class BufferedVector<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : BufferedColumn
{
    private readonly ValueGetter<VBuffer<T>> _getter = source.GetGetter<VBuffer<T>>(column);
    private readonly VBuffer<T>[][] _values = [new VBuffer<T>[capacity], new VBuffer<T>[capacity]];

    public override void Fill(int half, int row) => _getter(ref _values[half][row]);

    public override Delegate CreateGetter(Func<(int Half, int Row)> place) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            var (half, row) = place();
            _values[half][row].CopyTo(ref value);
        });
}
