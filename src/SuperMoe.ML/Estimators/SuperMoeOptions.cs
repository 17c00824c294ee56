using Microsoft.ML;

namespace SuperMoe.ML;

/// <summary>
/// What <c>mlContext.Transforms.SuperMoe(...)</c> reads, trains and writes. Mistakes are reported together, before training starts.
/// </summary>
public sealed class SuperMoeOptions
{
    /// <summary>Gets or sets the column of item ids: a vector of keys, one a user, oldest event first; key 0 is a missing item.</summary>
    /// <value>Required.</value>
    public string ItemColumn { get; set; } = "";

    /// <summary>
    /// Gets or sets further columns of the events, of the same length as <see cref="ItemColumn"/>: vectors of keys
    /// (category, action; each gets an embedding table) or of <see cref="float"/> (amount, rating; NaN is missing).
    /// </summary>
    /// <value>The default value is none.</value>
    public IList<string> SequenceColumns { get; set; } = [];

    /// <summary>
    /// Gets or sets the column of event times, of the same length as <see cref="ItemColumn"/>: DateTime, DateTimeOffset, or numbers in seconds.
    /// The model sees the gap between an event and the one before it.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the model sees order only.</value>
    public string? TimeColumn { get; set; }

    /// <summary>Gets or sets the column of user features known at scoring time: a vector of <see cref="float"/> of known size, or one <see cref="float"/>. Each number is standardized by what training saw; NaN is missing. Categories go in one-hot.</summary>
    /// <value>The default value is <see langword="null"/>: behaviour only.</value>
    public string? ProfileColumn { get; set; }

    /// <summary>
    /// Gets or sets a view with one row an item: the item column, under the name of <see cref="ItemColumn"/> and with its raw values or as keys
    /// with the same values, and any number of key columns (single or multi-valued) and number columns. Their embeddings are added to the item's.
    /// Of an item's values in one key column the first 64 count; numbers are standardized over the items, and a missing one is the mean.
    /// Attributes are saved in the model. An item that training sees neither in a sequence nor as a candidate is represented by them alone.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: items are known by their ids only.</value>
    public IDataView? ItemAttributes { get; set; }

    /// <summary>Gets or sets the tasks that are trained together. At least one; names are unique.</summary>
    /// <value>Required.</value>
    public IList<SuperMoeTask> Tasks { get; set; } = [];

    /// <summary>
    /// Gets or sets the column that tells which rows are kept for validation: Boolean, <see langword="true"/> for a row whose labels, and whose last event as a next-item
    /// target, take no part in training. It replaces the random choice of <see cref="TrainingOptions.ValidationFraction"/>: where a user has several rows, all of
    /// them can stand on one side, and several trainings can be validated by the same users. Read in training only.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: rows are chosen at random.</value>
    public string? ValidationColumn { get; set; }

    /// <summary>Gets or sets the name of the output column with the user embedding, a vector of <see cref="float"/> of size <see cref="SuperMoeModelOptions.EmbeddingSize"/>.</summary>
    /// <value>The default value is <c>Embedding</c>.</value>
    public string EmbeddingColumn { get; set; } = "Embedding";

    /// <summary>Gets or sets the architecture.</summary>
    /// <value>The default value is <see cref="SuperMoeModelOptions"/> with its defaults.</value>
    public SuperMoeModelOptions Model { get; set; } = new();

    /// <summary>Gets or sets how the model is trained.</summary>
    /// <value>The default value is <see cref="TrainingOptions"/> with its defaults.</value>
    public TrainingOptions Training { get; set; } = new();

    /// <summary>
    /// Gets or sets the number of rows that <c>Transform</c> reads and scores together. They are computed in order of length, so that more rows
    /// mean less padding; their order in the view stays. A view's first batches are smaller, for readers of a few rows.
    /// </summary>
    /// <value>The default value is 4,096. The range is 1 to 65,536.</value>
    [System.ComponentModel.DataAnnotations.Range(1, 65536)]
    public int ScoringBatchSize { get; set; } = 4096;

    /// <summary>A small model for tests and first looks: hidden size 32, one block of four experts, five epochs.</summary>
    /// <returns>Options to complete with columns and tasks.</returns>
    public static SuperMoeOptions Tiny() => new()
    {
        Model = SuperMoeModelOptions.Tiny(),
        Training = TrainingOptions.Tiny(),
    };

    /// <summary>The default model: hidden size 64, two blocks of eight experts. The same as <c>new SuperMoeOptions()</c>.</summary>
    /// <returns>Options to complete with columns and tasks.</returns>
    public static SuperMoeOptions Base() => new();

    /// <summary>
    /// For logs of short histories and few events an item, as reviews and retail have them: a wider model that is held back more, hidden size 128 and
    /// dropout 0.6. Tuned by the validation targets of Amazon Beauty; two and a half times the work of <see cref="Base"/> an event. Brands, categories or tags
    /// of the items (<see cref="ItemAttributes"/>) matter most where items are rare.
    /// </summary>
    /// <returns>Options to complete with columns and tasks.</returns>
    public static SuperMoeOptions ShortHistories() => new()
    {
        Model = SuperMoeModelOptions.ShortHistories(),
        Training = TrainingOptions.ShortHistories(),
    };
}
