using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace SuperMoe.ML.Data;

/// <summary>An array that grows by doubling, for columns whose length is known only after reading them. Arrays that it outgrew go back to the shared pool.</summary>
/// <param name="what">What the values are, for the error where they are too many.</param>
internal sealed class GrowableArray<T>(string what = "values")
{
    private const int MaxPooled = 1 << 20; // what is read whole, to train on, is not to linger in the pool

    private T[] _values = [];

    public int Count { get; private set; }

    /// <summary>The most values; less than an array can hold is for tests.</summary>
    public int Limit { get; set; } = Array.MaxLength;

    public T this[int index] => _values[index];

    public void Add(T value) => Grow(1)[0] = value;

    /// <summary>Makes room for <paramref name="count"/> more values and returns them, to be written by the caller.</summary>
    /// <exception cref="InvalidOperationException">More values than <see cref="Limit"/>.</exception>
    public Span<T> Grow(int count)
    {
        var needed = (long)Count + count;
        if (needed > Limit) { throw TooMany(); }
        if (needed > _values.Length)
        {
            var size = (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(16, 2L * _values.Length)));
            var larger = size <= MaxPooled ? ArrayPool<T>.Shared.Rent(size) : new T[size];
            AsSpan().CopyTo(larger);
            GiveBack();
            _values = larger;
        }
        var room = _values.AsSpan(Count, count);
        Count = (int)needed;
        return room;
    }

    public ReadOnlySpan<T> AsSpan() => _values.AsSpan(0, Count);

    /// <summary>The values in this array's own memory: right until more are added or they are cleared.</summary>
    public ArraySegment<T> Memory => new(_values, 0, Count);

    public T[] ToArray() => AsSpan().ToArray();

    /// <summary>Forgets the values and keeps the room, for the next batch.</summary>
    public void Clear() => Count = 0;

    /// <summary>Forgets the values and keeps the room, which is returned: the values are in it, at its front, until others are written.</summary>
    public T[] Lend()
    {
        Clear();
        return _values;
    }

    /// <summary>Forgets the values and gives the room back, also that which was lent.</summary>
    public void Release()
    {
        Clear();
        GiveBack();
        _values = [];
    }

    /// <summary>The values, without a second copy where the room is exact; this array is empty afterwards.</summary>
    public T[] Take()
    {
        var values = _values;
        if (Count != values.Length)
        {
            values = AsSpan().ToArray();
            GiveBack();
        }
        _values = [];
        Count = 0;
        return values;
    }

    private InvalidOperationException TooMany() => new(string.Create(
        CultureInfo.InvariantCulture, $"The data has more than {Limit:N0} {what}, the most that fits in memory."));

    private void GiveBack()
    {
        if (_values.Length is > 0 and <= MaxPooled) { ArrayPool<T>.Shared.Return(_values, RuntimeHelpers.IsReferenceOrContainsReferences<T>()); }
    }
}
