namespace SuperMoe.ML.Data;

/// <summary>Numbers different texts. Their characters lie in shared blocks: no object a text.</summary>
internal sealed class TextPool : DistinctIndex<ReadOnlyMemory<char>>
{
    private const int FirstSlots = 64;
    private const int FirstBlock = 256;
    private const int LargestBlock = 1 << 15;

    private readonly ChunkedList<ReadOnlyMemory<char>> _values = new();
    private readonly ChunkedList<int> _hashes = new();
    private int[] _slots = new int[FirstSlots]; // code + 1, or 0 for a free slot; open addressing
    private char[] _block = [];
    private int _blockUsed;
    private long _blockChars;

    public override int Count => _values.Count;

    public override long Bytes =>
        _values.Bytes + _hashes.Bytes + (long)_slots.Length * sizeof(int) + _blockChars * sizeof(char);

    public override ReadOnlyMemory<char> this[int code] => _values[code];

    public override int GetOrAdd(in ReadOnlyMemory<char> value, out bool added)
    {
        var text = value.Span;
        var hash = string.GetHashCode(text);
        var slot = Locate(text, hash);
        added = _slots[slot] == 0;
        if (!added)
        {
            return _slots[slot] - 1;
        }

        _values.Add(Keep(text));
        _hashes.Add(hash);
        _slots[slot] = _values.Count;
        if (_values.Count > _slots.Length / 2)
        {
            Widen();
        }

        return _values.Count - 1;
    }

    public override int Find(in ReadOnlyMemory<char> value) => _slots[Locate(value.Span, string.GetHashCode(value.Span))] - 1;

    /// <summary>Forgets all texts. Their characters stay as they are, for those who were given them.</summary>
    public void Clear()
    {
        if (_slots.Length > FirstSlots)
        {
            _slots = new int[FirstSlots];
        }
        else
        {
            Array.Clear(_slots);
        }

        _values.Clear();
        _hashes.Clear();
        _block = [];
        _blockUsed = 0;
        _blockChars = 0;
    }

    private int Locate(ReadOnlySpan<char> text, int hash)
    {
        var mask = _slots.Length - 1;
        var slot = hash & mask;
        while (_slots[slot] != 0)
        {
            var code = _slots[slot] - 1;
            if (_hashes[code] == hash && _values[code].Span.SequenceEqual(text))
            {
                break;
            }

            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Widen()
    {
        _slots = new int[checked(_slots.Length * 2)];
        var mask = _slots.Length - 1;
        for (var code = 0; code < _values.Count; code++)
        {
            var slot = _hashes[code] & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = code + 1;
        }
    }

    private ReadOnlyMemory<char> Keep(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return default;
        }

        if (text.Length > _block.Length - _blockUsed)
        {
            var size = Math.Clamp(_block.Length * 2, FirstBlock, LargestBlock);
            _block = new char[Math.Max(size, text.Length)];
            _blockUsed = 0;
            _blockChars += _block.Length;
        }

        var kept = _block.AsMemory(_blockUsed, text.Length);
        text.CopyTo(kept.Span);
        _blockUsed += text.Length;
        return kept;
    }
}
