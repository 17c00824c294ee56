namespace SuperMoe.ML.Data;

/// <summary>Texts: each different one is kept once, the others are numbers of four bytes.</summary>
internal sealed class TextStore : ColumnStore<ReadOnlyMemory<char>>
{
    private readonly TextPool _pool = new();
    private readonly ValueStore<int> _codes = new();

    public override int Count => _codes.Count;

    public override long Bytes => _codes.Bytes + _pool.Bytes;

    public override ReadOnlyMemory<char> this[int index] => _pool[_codes[index]];

    public override void Add(in ReadOnlyMemory<char> value) => _codes.Add(_pool.GetOrAdd(value, out _));

    public override void CopyTo(int start, Span<ReadOnlyMemory<char>> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = _pool[_codes[start + i]];
        }
    }

    public override void Arrange(ReadOnlySpan<int> order) => _codes.Arrange(order);

    public override void Clear()
    {
        _codes.Clear();
        _pool.Clear();
    }
}
