using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>Scores some users at once. Safe to call from several threads; opens and closes its tensors inside the call.</summary>
internal interface IBatchScorer : IDisposable
{
    /// <summary>Scores <paramref name="users"/>, computing only what <paramref name="request"/> asks for.</summary>
    BatchScores Score(BehaviorDataset users, ScoreRequest request);
}
