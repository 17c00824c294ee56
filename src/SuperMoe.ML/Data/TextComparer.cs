namespace SuperMoe.ML.Data;

/// <summary>Compares ML.NET's text by its characters; <see cref="ReadOnlyMemory{T}"/> itself compares places in memory.</summary>
internal sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>
{
    public static TextComparer Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<char> obj) => string.GetHashCode(obj.Span, StringComparison.Ordinal);
}
