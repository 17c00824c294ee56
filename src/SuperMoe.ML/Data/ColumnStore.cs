namespace SuperMoe.ML.Data;

/// <summary>The values of one column, compactly.</summary>
internal abstract class ColumnStore<T>
{
    public abstract int Count { get; }

    /// <summary>The size of the arrays held.</summary>
    public abstract long Bytes { get; }

    public abstract T this[int index] { get; }

    public static ColumnStore<T> Create() =>
        typeof(T) == typeof(ReadOnlyMemory<char>) ? (ColumnStore<T>)(object)new TextStore() : new ValueStore<T>();

    public abstract void Add(in T value);

    public abstract void CopyTo(int start, Span<T> target);

    /// <summary>Keeps the values at the indices <paramref name="order"/>, in that order.</summary>
    public abstract void Arrange(ReadOnlySpan<int> order);

    public abstract void Clear();
}
