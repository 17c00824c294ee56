using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>Scores some users at once. Safe to call from several threads; opens and closes its tensors inside the call.</summary>
internal interface IBatchScorer : IDisposable
{
    /// <summary>Scores <paramref name="users"/>, computing only what <paramref name="request"/> asks for.</summary>
    BatchScores Score(BehaviorDataset users, ScoreRequest request);

    /// <summary>
    /// Ranks one item for each user among all items but those of the user's own sequence: the number of other items that the next-item task
    /// scores greater than or equal to it. 0 is the best.
    /// </summary>
    /// <param name="users">B users.</param>
    /// <param name="targets">B item keys, none missing.</param>
    int[] RankNextItem(BehaviorDataset users, int[] targets);

    /// <summary>Writes all weights, in the format of safetensors.</summary>
    void Save(Stream stream);
}
