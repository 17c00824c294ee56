namespace SuperMoe.ML.Data;

/// <summary>Numbers different values from 0, in the order of their first appearance.</summary>
internal abstract class DistinctIndex<T>
{
    public abstract int Count { get; }

    /// <summary>The size of the arrays held.</summary>
    public abstract long Bytes { get; }

    /// <summary>The value with number <paramref name="code"/>.</summary>
    public abstract T this[int code] { get; }

    public static DistinctIndex<T> Create() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (DistinctIndex<T>)(object)new TextPool()
        : GenericFactory.Create<DistinctIndex<T>>(typeof(ValueIndex<>), typeof(T));

    public abstract int GetOrAdd(in T value, out bool added);

    /// <summary>The number of <paramref name="value"/>, or -1.</summary>
    public abstract int Find(in T value);
}
