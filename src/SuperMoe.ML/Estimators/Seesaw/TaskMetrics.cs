using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Evaluation.Seesaw;
using SuperMoe.ML.Tasks;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>
/// The metrics that tasks are compared by. Regression goes by RMSE first, not R² as in training's reports: a relative gain needs a figure whose 0 is
/// the best there is, or the worst, and R² is 0 for a guess.
/// </summary>
internal static class TaskMetrics
{
    private static readonly string[] s_lessIsBetter = ["RMSE", "MAE", "LogLoss"];

    /// <summary>The metrics of a task, the first of which judges it unless told.</summary>
    public static IReadOnlyList<string> Names(SuperMoeTask task) => task switch
    {
        NextItemTask => ["NDCG@10", "HR@10", "MRR"],
        BinaryTask => ["AUC", "Accuracy", "LogLoss"],
        MulticlassTask => ["Accuracy", "MacroF1", "LogLoss"],
        _ => ["RMSE", "R2", "MAE"],
    };

    /// <summary>The task with the metric of that name.</summary>
    public static JudgedTask Judged(SuperMoeTask task, string metric) => new(task.Name, metric, !s_lessIsBetter.Contains(metric));

    /// <summary>The metrics of a next-item task.</summary>
    /// <param name="ranks">The targets' ranks, 0 is the best.</param>
    public static IReadOnlyDictionary<string, double> OfRanks(IEnumerable<int> ranks) => NextItemHead.Metrics(ranks);

    /// <summary>The metrics of another task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="scores">n × width scores as users read them.</param>
    /// <param name="labels">n labels, NaN is missing.</param>
    public static IReadOnlyDictionary<string, double> Of(SuperMoeTask task, ReadOnlySpan<float> scores, ReadOnlySpan<float> labels) =>
        Of(task, scores, scores.Length / labels.Length, labels);

    /// <summary>The same where there may be no users.</summary>
    /// <param name="task">The task.</param>
    /// <param name="scores">n × width scores as users read them.</param>
    /// <param name="width">The numbers of a user.</param>
    /// <param name="labels">n labels, NaN is missing.</param>
    public static IReadOnlyDictionary<string, double> Of(SuperMoeTask task, ReadOnlySpan<float> scores, int width, ReadOnlySpan<float> labels)
    {
        switch (task)
        {
            case BinaryTask:
                var binary = BinaryEvaluation.Of(scores, labels);
                return new Dictionary<string, double> { ["AUC"] = binary.Auc, ["Accuracy"] = binary.Accuracy, ["LogLoss"] = binary.LogLoss };
            case MulticlassTask:
                var classes = MulticlassEvaluation.Of(scores, labels, width);
                return new Dictionary<string, double> { ["Accuracy"] = classes.Accuracy, ["MacroF1"] = classes.MacroF1, ["LogLoss"] = classes.LogLoss };
            default:
                var numbers = RegressionEvaluation.Of(scores, labels);
                return new Dictionary<string, double>
                {
                    ["RMSE"] = numbers.RootMeanSquaredError,
                    ["R2"] = numbers.RSquared,
                    ["MAE"] = numbers.MeanAbsoluteError,
                };
        }
    }
}
