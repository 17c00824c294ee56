namespace SuperMoe.ML;

/// <summary>
/// How well a ranking of all items finds each user's next item. Every user has one target, so that HR@k is also recall@k, and the ideal DCG
/// is 1. Ties count against the model: the target's rank is the number of other items with a score greater than or equal to its own, the
/// best rank being 0 (Krichene and Rendle 2020 on why the ranking must be of all items, not of a sample).
/// </summary>
/// <param name="Users">The number of users.</param>
/// <param name="HitRate">By cutoff k, HR@k: the share of users whose target is among the first k items. NaN without users.</param>
/// <param name="Ndcg">
/// By cutoff k, NDCG@k: the mean of 1 / log2(rank + 2), 0 for a rank of k or more (Järvelin and Kekäläinen 2002). NaN without users.
/// </param>
/// <param name="MeanReciprocalRank">MRR: the mean of 1 / (rank + 1), over the whole ranking (Voorhees 1999). NaN without users.</param>
public sealed record NextItemMetrics(
    long Users,
    IReadOnlyDictionary<int, double> HitRate,
    IReadOnlyDictionary<int, double> Ndcg,
    double MeanReciprocalRank);
