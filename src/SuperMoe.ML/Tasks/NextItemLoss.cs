namespace SuperMoe.ML;

/// <summary>How the next-item loss treats the items that are not the target.</summary>
public enum NextItemLoss
{
    /// <summary><see cref="FullSoftmax"/> up to 50,000 items, <see cref="SampledSoftmax"/> beyond.</summary>
    Auto,

    /// <summary>Softmax over all items.</summary>
    FullSoftmax,

    /// <summary>
    /// Softmax over the target and a sample of the items, shared by the batch and drawn by popularity, with the logQ correction of the sampling
    /// probability (Bengio and Senécal 2008; Yi et al. 2019).
    /// </summary>
    SampledSoftmax,
}
