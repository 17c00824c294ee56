using System.ComponentModel.DataAnnotations;

namespace SuperMoe.ML;

/// <summary>How a model is trained.</summary>
public sealed class TrainingOptions
{
    /// <summary>Gets or sets the largest number of passes over the users.</summary>
    /// <value>The default value is 30. The range is 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int Epochs { get; set; } = 30;

    /// <summary>Gets or sets the number of events in a batch; users of like length share one. A user longer than this is a batch of its own.</summary>
    /// <value>The default value is 1,024. The range is 1 to 16,777,216.</value>
    [Range(1, 1 << 24)]
    public int BatchTokens { get; set; } = 1024;

    /// <summary>Gets or sets the peak learning rate of AdamW.</summary>
    /// <value>The default value is 0.002. The range is 1e-8 to 10.</value>
    [Range(1e-8, 10.0)]
    public double LearningRate { get; set; } = 2e-3;

    /// <summary>Gets or sets the share of all steps in which the learning rate rises linearly from 0 to its peak.</summary>
    /// <value>The default value is 0.05. The range is 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WarmUp { get; set; } = 0.05;

    /// <summary>Gets or sets the share of the peak that the learning rate has fallen to, linearly, at the last step of the last epoch.</summary>
    /// <value>The default value is 0.1. The range is 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double FinalLearningRate { get; set; } = 0.1;

    /// <summary>Gets or sets AdamW's decoupled weight decay, on matrices of the network; never on embeddings, norms and biases.</summary>
    /// <value>The default value is 0.01. The range is 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; set; } = 0.01;

    /// <summary>
    /// Gets or sets the share of the moving average of weights that a training step keeps. The average is what validation sees and what the model
    /// keeps (Polyak and Juditsky 1992); 0 keeps the last step's own weights. Tables that are updated row by row are not averaged.
    /// </summary>
    /// <value>The default value is 0.99. The range is 0 to 0.99999.</value>
    [Range(0.0, 0.99999)]
    public double WeightAveraging { get; set; } = 0.99;

    /// <summary>Gets or sets the largest L2 norm of the gradient of all weights together; larger ones are scaled down to it. 0 switches clipping off.</summary>
    /// <value>The default value is 1. The range is 0 to 1e6.</value>
    [Range(0.0, 1e6)]
    public double GradientClipping { get; set; } = 1.0;

    /// <summary>
    /// Gets or sets the share of users kept for validation: their labels, and their last event as a next-item target, take no part in training;
    /// their earlier events do. At least one user is kept, unless there is only one. With 0 nobody is kept: unless
    /// <see cref="LeaveLastEventOut"/> keeps next-item targets, all epochs are run and the last weights are kept. Rows may tell themselves who is kept, by <see cref="SuperMoeOptions.ValidationColumn"/>; then this is of no account.
    /// </summary>
    /// <value>The default value is 0.1. The range is 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double ValidationFraction { get; set; } = 0.1;

    /// <summary>
    /// Gets or sets whether every user's last event is kept from training as a validation target of the next-item task (leave-one-out),
    /// not only that of the users kept for validation. It needs a <see cref="NextItemTask"/>, and validates without a <see cref="ValidationFraction"/> too.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool LeaveLastEventOut { get; set; }

    /// <summary>Gets or sets the number of epochs without a better validation score after which training stops. The best epoch's weights are restored.</summary>
    /// <value>The default value is 5. The range is 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int Patience { get; set; } = 5;

    /// <summary>
    /// Gets or sets the name of the task that decides which epoch is best: the next item by NDCG@10, a yes-or-no or class task with a <see cref="LabeledTask.Wide"/> part by log-loss and else by AUC or accuracy,
    /// a regression by RMSE.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the geometric mean over tasks, weighted by their <see cref="SuperMoeTask.Weight"/>, of these metrics, log-loss as e to the minus log-loss and RMSE as e to the minus
    /// RMSE in training deviations.
    /// </value>
    public string? EarlyStoppingTask { get; set; }

    /// <summary>
    /// Gets or sets the wall-clock time after which training stops at the end of the step, as if the last epoch had ended; fitting wide parts and validating count, too. The learning rate falls with the share of the
    /// limit that has passed wherever that is more than the share of steps done, so where a limit binds, results depend on the machine's speed, with a seed too. One step and its validation are always made.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: no limit.</value>
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>Gets or sets the optimizer of embedding tables too large to be updated whole.</summary>
    /// <value>The default value is <see cref="TableOptimizer.LazyAdam"/>.</value>
    public TableOptimizer TableOptimizer { get; set; }

    /// <summary>Gets or sets how the gradients of several tasks become one at the shared encoder.</summary>
    /// <value>
    /// The default value is <see cref="TaskBalancing.Uncertainty"/>: a label with a small loss, such as a rare one, is learned as well as the others, at no cost. One task
    /// alone is trained as it is.
    /// </value>
    public TaskBalancing Balancing { get; set; } = TaskBalancing.Uncertainty;

    /// <summary>
    /// Gets or sets how far a task's factor follows from how many labels it has: beside its <see cref="SuperMoeTask.Weight"/> and what <see cref="Balancing"/> makes of it, it counts
    /// (labels / labels of the task that has most) to this power. A next-item task has one for each event after a user's first. A few hundred labels that every step heard as
    /// loudly as a hundred thousand events would be learned by heart, at the cost of those events. 0 counts tasks alike, 1 labels alike, as if all were
    /// labels of one task; between them lies what is usual where languages of very different size are learned together (Arivazhagan et al. 2019; Conneau and Lample 2019). Heads, which are a
    /// task's own, learn as fast whatever it is, since the optimizer scales each weight's steps.
    /// </summary>
    /// <value>The default value is 0.5. The range is 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LabelCountExponent { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets what matrix products of the encoder and of the full softmax are computed with in training. Weights and the saved model are float32 in any case, and so is
    /// scoring.
    /// </summary>
    /// <value>The default value is <see cref="Precision.Auto"/>.</value>
    public Precision Precision { get; set; }

    /// <summary>Gets or sets the seed of weights, batches and dropout.</summary>
    /// <value>The default value is <see langword="null"/>: taken from the seed of the MLContext.</value>
    public int? Seed { get; set; }

    /// <summary>Gets or sets who hears of progress, on the training thread: between steps at most ten times a second, and at the end of each epoch.</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Gets or sets the token that stops training with an <see cref="OperationCanceledException"/> between two steps.</summary>
    /// <value>The default value is <see cref="CancellationToken.None"/>.</value>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Short training for tests and first looks: five epochs, in batches of 512 events, so that little data gives steps enough.</summary>
    /// <returns>New options.</returns>
    public static TrainingOptions Tiny() => new() { Epochs = 5, BatchTokens = 512 };

    /// <summary>Training for short histories and rare items: at most 15 epochs, weight decay 1 on matrices, and a long average of the weights.</summary>
    /// <returns>New options.</returns>
    public static TrainingOptions ShortHistories() => new() { Epochs = 15, WeightDecay = 1, WeightAveraging = 0.998 };
}
