namespace SuperMoe.ML.Persistence;

/// <summary>
/// The network, as <see cref="SuperMoeModelOptions"/> describe it. All members are required, so that a saved model does not change with the
/// defaults; one that came later has the value that earlier models were made with.
/// </summary>
internal sealed record ArchitectureDocument(
    int HiddenSize,
    int Blocks,
    int Heads,
    int MaxLength,
    int FeedForwardSize,
    double Dropout,
    double EventDropout,
    MoeDocument Moe,
    int? ItemTableRows,
    double ItemIdDropout = 0.1,
    TaskSharing Sharing = TaskSharing.Indicators,
    int? SharingExpertSize = null,
    EmbeddingPooling EmbeddingPooling = EmbeddingPooling.Indicator)
{
    public static ArchitectureDocument From(SuperMoeModelOptions options) => new(
        options.HiddenSize,
        options.Blocks,
        options.Heads,
        options.MaxLength,
        options.FeedForwardSize,
        options.Dropout,
        options.EventDropout,
        MoeDocument.From(options.Moe),
        options.ItemTableRows,
        options.ItemIdDropout,
        options.Sharing,
        options.SharingExpertSize,
        options.EmbeddingPooling);

    public SuperMoeModelOptions ToOptions() => new()
    {
        HiddenSize = HiddenSize,
        Blocks = Blocks,
        Heads = Heads,
        MaxLength = MaxLength,
        FeedForwardSize = FeedForwardSize,
        Dropout = Dropout,
        EventDropout = EventDropout,
        Moe = Moe.ToOptions(),
        ItemTableRows = ItemTableRows,
        ItemIdDropout = ItemIdDropout,
        Sharing = Sharing,
        SharingExpertSize = SharingExpertSize,
        EmbeddingPooling = EmbeddingPooling,
    };
}
