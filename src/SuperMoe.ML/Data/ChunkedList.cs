using System.Runtime.CompilerServices;

namespace SuperMoe.ML.Data;

/// <summary>A list that grows by chunks: nothing is copied as it grows and at most one chunk is unused.</summary>
internal sealed class ChunkedList<T>
{
    public const int ChunkSize = 1 << ChunkBits;
    private const int ChunkBits = 16;
    private const int FirstSize = 16;

    private T[][] _chunks = [new T[FirstSize]];
    private int _chunkCount = 1;

    public int Count { get; private set; }

    /// <summary>The size of the arrays held.</summary>
    public long Bytes
    {
        get
        {
            var items = 0L;
            for (var i = 0; i < _chunkCount; i++)
            {
                items += _chunks[i].Length;
            }

            return items * Unsafe.SizeOf<T>();
        }
    }

    public T this[int index]
    {
        get => _chunks[index >> ChunkBits][index & (ChunkSize - 1)];
        set => _chunks[index >> ChunkBits][index & (ChunkSize - 1)] = value;
    }

    public void Add(T value)
    {
        var chunk = Count >> ChunkBits;
        var slot = Count & (ChunkSize - 1);
        if (chunk == _chunkCount || slot == _chunks[chunk].Length)
        {
            Grow(chunk);
        }

        _chunks[chunk][slot] = value;
        Count++;
    }

    public void CopyTo(int start, Span<T> target)
    {
        while (target.Length > 0)
        {
            var slot = start & (ChunkSize - 1);
            var length = Math.Min(ChunkSize - slot, target.Length);
            _chunks[start >> ChunkBits].AsSpan(slot, length).CopyTo(target);
            start += length;
            target = target[length..];
        }
    }

    /// <summary>Empties the list, keeping its first chunk for what comes next.</summary>
    public void Clear()
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            Array.Clear(_chunks[0], 0, Math.Min(Count, _chunks[0].Length));
        }

        Array.Clear(_chunks, 1, _chunkCount - 1);
        _chunkCount = 1;
        Count = 0;
    }

    private void Grow(int chunk)
    {
        if (chunk == 0)
        {
            Array.Resize(ref _chunks[0], Math.Min(_chunks[0].Length * 2, ChunkSize));
            return;
        }

        if (chunk == _chunks.Length)
        {
            Array.Resize(ref _chunks, chunk * 2);
        }

        _chunks[chunk] = new T[ChunkSize];
        _chunkCount++;
    }
}
