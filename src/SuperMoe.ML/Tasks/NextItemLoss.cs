namespace SuperMoe.ML;

/// <summary>How the next-item loss treats the items that are not the target.</summary>
public enum NextItemLoss
{
    /// <summary><see cref="FullSoftmax"/> up to 50,000 items, <see cref="SampledSoftmax"/> beyond.</summary>
    Auto,

    /// <summary>Softmax over all items.</summary>
    FullSoftmax,

    /// <summary>
    /// Softmax over the target and a sample of the items, shared by the batch: items drawn by popularity and, with
    /// <see cref="NextItemTask.InBatchNegatives"/>, the batch's own targets, with the logQ correction of how often an item is expected in the sample
    /// (Bengio and Senécal 2008; Yi et al. 2019). A step's time does not depend on the number of items.
    /// </summary>
    SampledSoftmax,

    /// <summary>
    /// Binary cross-entropy of the target against items drawn for each position on its own, each item other than the target as likely as any
    /// (SASRec, Kang and McAuley 2018, whose negatives leave out the user's other items too). A step's time does not depend on the number of items.
    /// </summary>
    BinaryCrossEntropy,
}
