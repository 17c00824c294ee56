namespace SuperMoe.ML.Estimators;

/// <summary>The names of a task's output columns.</summary>
internal static class OutputNames
{
    public static string Score(SuperMoeTask task) => $"{task.Name}.Score";

    public static string Probability(SuperMoeTask task) => $"{task.Name}.Probability";

    public static string PredictedLabel(SuperMoeTask task) => $"{task.Name}.PredictedLabel";

    /// <summary>All of them, in the order of the columns.</summary>
    public static IEnumerable<string> Of(SuperMoeTask task) => task switch
    {
        BinaryTask => [Score(task), Probability(task), PredictedLabel(task)],
        RegressionTask => [Score(task)],
        _ => [Score(task), PredictedLabel(task)],
    };
}
