namespace SuperMoe.ML.Estimators;

/// <summary>Where the getters of output columns find the scores of the current row.</summary>
internal interface IScoreSource
{
    /// <summary>The scores of the batch that the current row is in.</summary>
    /// <param name="row">The current row's place in the batch.</param>
    BatchScores Current(out int row);
}
