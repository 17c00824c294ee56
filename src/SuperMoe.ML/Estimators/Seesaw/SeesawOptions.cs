namespace SuperMoe.ML;

/// <summary>How <see cref="SuperMoeOperations.CompareWithSingleTask"/> compares. Mistakes are reported together, before anything is trained.</summary>
public sealed class SeesawOptions
{
    /// <summary>
    /// Gets or sets the seeds. For each, one model is trained of all tasks, one of each task alone, and one of each contestant. The seed decides weights,
    /// batches, dropout and which users validation keeps (unless <see cref="SuperMoeOptions.ValidationColumn"/> names them); the users that are judged on are the same for all. More seeds give narrower intervals.
    /// </summary>
    /// <value>The default value is 1 to 5. At least one; with one there are no intervals and no verdicts.</value>
    public IList<int> Seeds { get; set; } = [1, 2, 3, 4, 5];

    /// <summary>Gets or sets the names of the tasks that are judged: only they are trained alone. The joint models train all tasks in any case.</summary>
    /// <value>The default value is <see langword="null"/>: all tasks.</value>
    public IList<string>? Tasks { get; set; }

    /// <summary>
    /// Gets or sets the metrics that judge tasks, by the tasks' names: for next item <c>NDCG@10</c>, <c>HR@10</c> or <c>MRR</c>, for binary tasks <c>AUC</c>,
    /// <c>Accuracy</c> or <c>LogLoss</c>, for multiclass tasks <c>Accuracy</c>, <c>MacroF1</c> or <c>LogLoss</c>, for regression <c>RMSE</c>, <c>R2</c> or <c>MAE</c>.
    /// It changes no training: finished runs serve for any metric.
    /// </summary>
    /// <value>The default value is none: a task that is not named is judged by the first of its kind.</value>
    public IDictionary<string, string> Metrics { get; set; } = new Dictionary<string, string>();

    /// <summary>Gets or sets the share of users to hold out, where no test data is given: they take no part in training or in early stopping.</summary>
    /// <value>The default value is 0.2. The range is 0 (exclusive) to 0.9.</value>
    public double TestFraction { get; set; } = 0.2;

    /// <summary>Gets or sets the seed that decides which users are held out.</summary>
    /// <value>The default value is 1.</value>
    public int SplitSeed { get; set; } = 1;

    /// <summary>Gets or sets the level of the confidence intervals, of each by itself.</summary>
    /// <value>The default value is 0.95. The range is 0.5 to 0.9999.</value>
    public double Confidence { get; set; } = 0.95;

    /// <summary>
    /// Gets or sets a folder that keeps finished runs, one small JSON file each. A later call with the same options and data does not train them again;
    /// runs of other options or other data are refused. The folder is made where there is none.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: nothing is kept.</value>
    public string? Folder { get; set; }

    /// <summary>Gets or sets other ways to train the tasks together, which are compared with the same models of single tasks.</summary>
    /// <value>The default value is none.</value>
    public IList<SeesawContestant> Contestants { get; set; } = [];
}
