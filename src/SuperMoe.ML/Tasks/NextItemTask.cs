using System.ComponentModel.DataAnnotations;

namespace SuperMoe.ML;

/// <summary>
/// The item of the user's next event, learned at every position of a sequence; item embeddings are tied.
/// Outputs <c>PredictedLabel</c> (vector of keys: the top items, best first) and <c>Score</c> (vector of Single: their logits).
/// </summary>
public sealed class NextItemTask() : SuperMoeTask("NextItem")
{
    /// <summary>Gets or sets the number of items that scoring returns for a user.</summary>
    /// <value>The default value is 10. The range is 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int TopK { get; set; } = 10;

    /// <summary>Gets or sets whether items of the user's own sequence are left out of the returned items.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool ExcludeHistory { get; set; } = true;

    /// <summary>
    /// Gets or sets whether the softmax of a position counts the other items of the user's own sequence, earlier and later ones, as wrong answers. They are
    /// bad ones: the earlier are not ranked at scoring, and the later the user does want. As negatives of a single position they have long been left out
    /// (Rendle et al. 2009, Kang and McAuley 2018). With <see cref="ExcludeHistory"/> off they count in any case, since they are ranked; and
    /// <see cref="NextItemLoss.BinaryCrossEntropy"/>, which hardly ever draws one, does not look.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool OwnNegatives { get; set; }

    /// <summary>Gets or sets how the loss treats the items that are not the target.</summary>
    /// <value>The default value is <see cref="NextItemLoss.Auto"/>.</value>
    public NextItemLoss Loss { get; set; }

    /// <summary>
    /// Gets or sets the number of negatives that are drawn: by <see cref="NextItemLoss.SampledSoftmax"/> for a batch, shared by its positions; by
    /// <see cref="NextItemLoss.BinaryCrossEntropy"/> for each position, at a cost in proportion.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: 2,048 for a batch, 1 for a position. The range is 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int? Negatives { get; set; }

    /// <summary>
    /// Gets or sets whether the targets of a batch serve <see cref="NextItemLoss.SampledSoftmax"/> as negatives of its other positions, beside those drawn
    /// (mixed negative sampling, Yang et al. 2020). Their vectors are looked up anyway, so they cost no rows of the item table.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool InBatchNegatives { get; set; } = true;

    /// <summary>
    /// Gets or sets how much it counts, beside the next item, that the universal embedding alone tells the items of those events that <see cref="SuperMoeModelOptions.EventDropout"/> hides from it: the
    /// mean cross-entropy over them (within each part of a batch that is computed at once), by the same softmax (the multinomial likelihood of a whole history, Liang et al. 2018; hidden places, Sun et al. 2019). What comes next follows from the latest events; an
    /// embedding that tells the hidden ones too describes the whole history, which other learners may need. It costs time, in proportion to the hidden events, and the training loss that is reported
    /// includes it. It needs a softmax, full or sampled.
    /// </summary>
    /// <value>The default value is 0: what comes next only. The range is 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double HistoryWeight { get; set; }

    /// <summary>Whether the loss leaves the user's own items out.</summary>
    internal bool LeavesOwnOut => ExcludeHistory && !OwnNegatives;
}
