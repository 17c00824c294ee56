namespace SuperMoe.ML.Data;

/// <summary>Values of a fixed size.</summary>
internal sealed class ValueStore<T> : ColumnStore<T>
{
    private ChunkedList<T> _values = new();
    private ChunkedList<T>? _spare;

    public override int Count => _values.Count;

    public override long Bytes => _values.Bytes + (_spare?.Bytes ?? 0);

    public override T this[int index] => _values[index];

    public override void Add(in T value) => _values.Add(value);

    public override void CopyTo(int start, Span<T> target) => _values.CopyTo(start, target);

    public override void Arrange(ReadOnlySpan<int> order)
    {
        if (IsIdentity(order))
        {
            return;
        }

        var arranged = _spare ?? new ChunkedList<T>();
        foreach (var index in order)
        {
            arranged.Add(_values[index]);
        }

        // A small list serves the next user of a stream; a large one goes back to the garbage collector at once.
        _spare = _values.Count <= ChunkedList<T>.ChunkSize ? _values : null;
        _spare?.Clear();
        _values = arranged;
    }

    public override void Clear() => _values.Clear();

    private bool IsIdentity(ReadOnlySpan<int> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            if (order[i] != i)
            {
                return false;
            }
        }

        return order.Length == Count;
    }
}
