using SuperMoe.ML.Data;
using SuperMoe.ML.Persistence;

namespace SuperMoe.ML.Estimators;

/// <summary>Scores some users at once. Safe to call from several threads; opens and closes its tensors inside the call.</summary>
internal interface IBatchScorer : IDisposable
{
    /// <summary>Gets the items' attributes, as the model's description tells of them; <see langword="null"/> without any.</summary>
    ItemAttributesDocument? ItemAttributes { get; }

    /// <summary>Scores <paramref name="users"/>, which may change as soon as this returns, computing only what <paramref name="request"/> asks for.</summary>
    BatchScores Score(BehaviorDataset users, ScoreRequest request);

    /// <summary>Gives scores back that nobody reads any more: their memory is used for later ones.</summary>
    void Return(BatchScores scores);

    /// <summary>
    /// Ranks one item for each user among all items but those of the user's own sequence: the number of other items that the next-item task
    /// scores greater than or equal to it. 0 is the best.
    /// </summary>
    /// <param name="users">B users.</param>
    /// <param name="targets">B item keys, none missing.</param>
    int[] RankNextItem(BehaviorDataset users, int[] targets);

    /// <summary>The mean and standard deviation of the training labels of a regression task.</summary>
    /// <param name="task">The task's place among the tasks.</param>
    (double Mean, double StandardDeviation) LabelScale(int task);

    /// <summary>The items that the wide part of a task has weights for; 0 for a task without one.</summary>
    /// <param name="task">The task's place among the tasks.</param>
    int WideItems(int task);

    /// <summary>Learns a further task on the frozen model.</summary>
    /// <returns>A scorer of the tasks there are and the new one. Both scorers hold the weights; each is disposed on its own.</returns>
    (IBatchScorer Scorer, FitTaskReport Report) FitTask(AddedTaskJob job);

    /// <summary>Writes all weights, the items' attributes among them, in the format of safetensors.</summary>
    void Save(Stream stream);
}
