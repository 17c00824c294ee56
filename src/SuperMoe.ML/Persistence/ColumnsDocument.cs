namespace SuperMoe.ML.Persistence;

/// <summary>The names of the columns that a model reads and writes, besides those of its tasks.</summary>
/// <param name="ItemColumn">The items of a user.</param>
/// <param name="SequenceColumns">The side fields of events, keys and numbers, in the order they were given.</param>
/// <param name="TimeColumn">The times of events; <see langword="null"/> without.</param>
/// <param name="ProfileColumn">The user's features; <see langword="null"/> without.</param>
/// <param name="EmbeddingColumn">The output column of the user embedding.</param>
internal sealed record ColumnsDocument(
    string ItemColumn,
    IReadOnlyList<string> SequenceColumns,
    string? TimeColumn,
    string? ProfileColumn,
    string EmbeddingColumn);
