using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>A vector a profile, dense or sparse as it came.</summary>
/// <param name="size">The vectors' size; 0 is variable.</param>
internal sealed class ProfileVector<T>(int size) : ProfileColumn
{
    private readonly ColumnStore<T> _values = ColumnStore<T>.Create();
    private readonly ChunkedList<int> _indices = new(); // one for each value, unused where the vector is dense
    private readonly ChunkedList<Slice> _slices = new();

    // A new empty vector of known size is all default values; of floats, missing means NaN.
    private readonly bool _hasMissing = !EqualityComparer<T>.Default.Equals(MissingValue<T>.Value, default);

    public override Action Appender(DataViewRow source, DataViewSchema.Column column)
    {
        var getter = source.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return () =>
        {
            getter(ref vector);
            Append(vector);
        };
    }

    public override Delegate Getter(UserWindow window) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> target) =>
    {
        window.Check();
        if (window.ProfileRow < 0)
        {
            FillMissing(ref target);
        }
        else
        {
            Fill(_slices[window.ProfileRow], ref target);
        }
    });

    private void Append(in VBuffer<T> vector)
    {
        var values = vector.GetValues();
        var indices = vector.GetIndices();
        _slices.Add(new Slice(_values.Count, values.Length, vector.Length));
        for (var i = 0; i < values.Length; i++)
        {
            _values.Add(values[i]);
            _indices.Add(vector.IsDense ? i : indices[i]);
        }
    }

    private void Fill(Slice slice, ref VBuffer<T> target)
    {
        var editor = VBufferEditor.Create(ref target, slice.Length, slice.Count);
        _values.CopyTo(slice.Start, editor.Values[..slice.Count]);
        if (slice.Count < slice.Length)
        {
            _indices.CopyTo(slice.Start, editor.Indices[..slice.Count]);
        }

        target = editor.Commit();
    }

    private void FillMissing(ref VBuffer<T> target)
    {
        var editor = VBufferEditor.Create(ref target, size, _hasMissing ? size : 0);
        if (_hasMissing)
        {
            editor.Values[..size].Fill(MissingValue<T>.Value);
        }

        target = editor.Commit();
    }

    private readonly record struct Slice(int Start, int Count, int Length);
}
