using System.ComponentModel.DataAnnotations;

namespace SuperMoe.ML;

/// <summary>The architecture: embeddings, and pre-norm transformer blocks with sparse mixture-of-experts feed-forward networks.</summary>
public sealed class SuperMoeModelOptions
{
    /// <summary>
    /// Gets or sets the size of the states of events and indicators. A multiple of <see cref="Heads"/>, and with experts of 4. The embedding column has twice as many numbers
    /// unless <see cref="EmbeddingPooling"/> says otherwise; see <see cref="EmbeddingSize"/>.
    /// </summary>
    /// <value>The default value is 64. The range is 8 to 4,096.</value>
    [Range(8, 4096)]
    public int HiddenSize { get; set; } = 64;

    /// <summary>Gets or sets the number of transformer blocks.</summary>
    /// <value>The default value is 2. The range is 1 to 64.</value>
    [Range(1, 64)]
    public int Blocks { get; set; } = 2;

    /// <summary>Gets or sets the number of attention heads.</summary>
    /// <value>The default value is 2. The range is 1 to 64.</value>
    [Range(1, 64)]
    public int Heads { get; set; } = 2;

    /// <summary>Gets or sets the number of latest events the model looks at; longer sequences lose their oldest events.</summary>
    /// <value>The default value is 200. The range is 1 to 8,192.</value>
    [Range(1, 8192)]
    public int MaxLength { get; set; } = 200;

    /// <summary>Gets or sets the hidden size of a feed-forward network that is active for one token, over all the experts it is sent to. With experts a multiple of 4 × <see cref="MoeOptions.TopK"/>.</summary>
    /// <value>The default value is 256. The range is 8 to 65,536.</value>
    [Range(8, 65536)]
    public int FeedForwardSize { get; set; } = 256;

    /// <summary>Gets or sets the share of activations dropped in training: of event vectors, and of the output of attention and feed-forward.</summary>
    /// <value>The default value is 0.2. The range is 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double Dropout { get; set; } = 0.2;

    /// <summary>
    /// Gets or sets the share of a user's events that an indicator token does not see in a training step, drawn anew for each token: tasks with
    /// one label a user then cannot learn users by heart. Next-item targets at events are not affected.
    /// </summary>
    /// <value>The default value is 0.3. The range is 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double EventDropout { get; set; } = 0.3;

    /// <summary>
    /// Gets or sets the share of item ids that are left out in training where items have attributes, so that items never seen, which have nothing else, are
    /// ranked better (DropoutNet, Volkovs et al. 2017). Items seen often enough are ranked better with 0. Without item attributes it has no effect.
    /// </summary>
    /// <value>The default value is 0.1. The range is 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double ItemIdDropout { get; set; } = 0.1;

    /// <summary>Gets or sets the sparse mixture of experts.</summary>
    /// <value>The default value is <see cref="MoeOptions"/> with its defaults.</value>
    public MoeOptions Moe { get; set; } = new();

    /// <summary>
    /// Gets or sets what tasks share: by default the encoder, in which each has an indicator token; the others are baselines for comparison, without such tokens and
    /// so without <see cref="MoeOptions.MutualInformationWeight"/>.
    /// </summary>
    /// <value>The default value is <see cref="TaskSharing.Indicators"/>.</value>
    public TaskSharing Sharing { get; set; }

    /// <summary>
    /// Gets or sets the hidden size of each of <see cref="Sharing"/>'s experts; of <see cref="TaskSharing.SharedBottom"/> that of the one network. With
    /// <see cref="TaskSharing.Indicators"/> it has no effect.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: as large as gives the heads the number of parameters that they have with
    /// <see cref="TaskSharing.Indicators"/>, and at least a quarter of <see cref="HiddenSize"/>. The range is 1 to 65,536.
    /// </value>
    [Range(1, 65536)]
    public int? SharingExpertSize { get; set; }

    /// <summary>Gets or sets what the column of the user embedding is made of. It changes no other output, and nothing in training.</summary>
    /// <value>The default value is <see cref="EmbeddingPooling.IndicatorAndEvents"/>.</value>
    public EmbeddingPooling EmbeddingPooling { get; set; } = EmbeddingPooling.IndicatorAndEvents;

    /// <summary>Gets the size of the user embedding: <see cref="HiddenSize"/>, or twice that, by <see cref="EmbeddingPooling"/>.</summary>
    public int EmbeddingSize => EmbeddingPooling == EmbeddingPooling.IndicatorAndEvents ? 2 * HiddenSize : HiddenSize;

    /// <summary>
    /// Gets or sets the number of rows of the item table. With fewer rows than items, ids are hashed twice and an item's vector is the
    /// sum of two rows, so that the table, its optimizer's memory and the saved model are bounded whatever the catalogue's size. Ranking the next item, in scoring and in validation, holds a
    /// vector for each item all the same: <see cref="HiddenSize"/> times 4 bytes an item.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: a row for every item. The range is 2 to 2,000,000,000.</value>
    [Range(2, 2_000_000_000)]
    public int? ItemTableRows { get; set; }

    /// <summary>A small architecture: hidden size 32, one block, four experts.</summary>
    /// <returns>New options.</returns>
    public static SuperMoeModelOptions Tiny() => new()
    {
        HiddenSize = 32,
        Blocks = 1,
        FeedForwardSize = 64,
        Dropout = 0.1,
        Moe = new MoeOptions { Experts = 4 },
    };

    /// <summary>An architecture for short histories and rare items: hidden size 128, feed-forward size 512, dropout 0.6, <see cref="ItemIdDropout"/> 0, the latest 50 events.</summary>
    /// <returns>New options.</returns>
    public static SuperMoeModelOptions ShortHistories() => new()
    {
        HiddenSize = 128,
        FeedForwardSize = 512,
        MaxLength = 50,
        Dropout = 0.6,
        ItemIdDropout = 0,
    };
}
