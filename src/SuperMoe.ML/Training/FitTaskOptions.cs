using System.ComponentModel.DataAnnotations;

namespace SuperMoe.ML;

/// <summary>How <see cref="SuperMoeTransformer.FitTask"/> learns a task on a trained model. The defaults are for few labels.</summary>
public sealed class FitTaskOptions
{
    /// <summary>
    /// Gets or sets the bottleneck of the adapters on the new token's way through the blocks, two a block, behind attention and behind the feed-forward network
    /// (Houlsby et al. 2019). 0 is none: the token alone decides what it looks at.
    /// </summary>
    /// <value>The default value is 8. The range is 0 to 4,096.</value>
    [Range(0, 4096)]
    public int Adapter { get; set; } = 8;

    /// <summary>
    /// Gets or sets the largest number of passes over the labels for token, adapters and head; with few labels an epoch is several passes, ten steps at least. 0 is
    /// none: the linear part alone is learned. As few are kept as held-out labels want, often none.
    /// </summary>
    /// <value>The default value is 50. The range is 0 to 100,000.</value>
    [Range(0, 100_000)]
    public int Epochs { get; set; } = 50;

    /// <summary>Gets or sets the number of epochs without a smaller validation loss after which training stops.</summary>
    /// <value>The default value is 5. The range is 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int Patience { get; set; } = 5;

    /// <summary>
    /// Gets or sets the number of parts that the labelled users are split into, each class evenly. With fewer than 2,000 labels every part is held out once: the
    /// prior and the number of epochs of the smallest mean loss over all of them are then used on all labels. With more, one part is held out, and its best epoch's weights are kept.
    /// </summary>
    /// <value>The default value is 5. The range is 2 to 20.</value>
    [Range(2, 20)]
    public int Folds { get; set; } = 5;

    /// <summary>Gets or sets the learning rate of AdamW.</summary>
    /// <value>The default value is 0.001. The range is 1e-8 to 1.</value>
    [Range(1e-8, 1.0)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Gets or sets AdamW's decoupled weight decay, on the matrices of head and adapters.</summary>
    /// <value>The default value is 0.1. The range is 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double WeightDecay { get; set; } = 0.1;

    /// <summary>Gets or sets the seed of weights, parts, batches and dropout.</summary>
    /// <value>The default value is <see langword="null"/>: taken from the seed of the MLContext.</value>
    public int? Seed { get; set; }
}
