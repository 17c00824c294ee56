using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SuperMoe.ML.Data;

/// <summary>Numbers different values of a fixed size.</summary>
internal sealed class ValueIndex<T> : DistinctIndex<T>
    where T : notnull
{
    private readonly Dictionary<T, int> _codes = [];
    private readonly ChunkedList<T> _values = new();

    public override int Count => _values.Count;

    // A dictionary's entry: the value and its code, a hash and a link; and a bucket for each entry.
    public override long Bytes => _values.Bytes + (long)_codes.Capacity * (Unsafe.SizeOf<(T, int)>() + 3 * sizeof(int));

    public override T this[int code] => _values[code];

    public override int GetOrAdd(in T value, out bool added)
    {
        ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(_codes, value, out var exists);
        added = !exists;
        if (added)
        {
            code = _values.Count;
            _values.Add(value);
        }

        return code;
    }

    public override int Find(in T value) => _codes.TryGetValue(value, out var code) ? code : -1;
}
