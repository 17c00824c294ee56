using Microsoft.ML.Data;
using SuperMoe.ML;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Interop;

namespace Microsoft.ML;

/// <summary>Where SuperMoe.ML is found from an <see cref="MLContext"/>.</summary>
public static class SuperMoeCatalog
{
    /// <summary>What SuperMoe.ML does beyond estimators, such as comparing training together with training alone.</summary>
    /// <param name="mlContext">The context.</param>
    /// <returns>The operations.</returns>
    public static SuperMoeOperations SuperMoe(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new SuperMoeOperations(MLNet.Environment(mlContext.Transforms), Engine.Default);
    }

    /// <summary>
    /// An estimator that trains one universal user embedding and several tasks at once on behaviour sequences: a transformer with sparse
    /// mixture-of-experts blocks.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Columns, tasks, architecture and training; copied.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Options out of range; the message tells all mistakes at once.</exception>
    public static SuperMoeEstimator SuperMoe(this TransformsCatalog catalog, SuperMoeOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new SuperMoeEstimator(MLNet.Environment(catalog), options, Engine.Default);
    }

    /// <summary>The same with default options, for the common case: items and tasks.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="itemColumn">The column of item ids: a vector of keys, oldest event first.</param>
    /// <param name="tasks">The tasks; none is the same as one <see cref="NextItemTask"/>.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Options out of range; the message tells all mistakes at once.</exception>
    public static SuperMoeEstimator SuperMoe(this TransformsCatalog catalog, string itemColumn, params SuperMoeTask[] tasks) =>
        catalog.SuperMoe(itemColumn, timeColumn: null, tasks);

    /// <summary>The same with default options, for the common case: items, their times, and tasks.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="itemColumn">The column of item ids: a vector of keys, oldest event first.</param>
    /// <param name="timeColumn">The column of event times; <see langword="null"/> for order only.</param>
    /// <param name="tasks">The tasks; none is the same as one <see cref="NextItemTask"/>.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Options out of range; the message tells all mistakes at once.</exception>
    public static SuperMoeEstimator SuperMoe(this TransformsCatalog catalog, string itemColumn, string? timeColumn, params SuperMoeTask[] tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return catalog.SuperMoe(new SuperMoeOptions
        {
            ItemColumn = itemColumn,
            TimeColumn = timeColumn,
            Tasks = tasks.Length == 0 ? [new NextItemTask()] : tasks,
        });
    }

    /// <summary>The first model of SuperMoe.ML in a trained pipeline: for its report, its next-item evaluation, or to dispose it.</summary>
    /// <param name="model">A transformer, or a chain of them.</param>
    /// <returns>The model; <see langword="null"/> where the pipeline has none.</returns>
    public static SuperMoeTransformer? FindSuperMoe(this ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TransformerChains.Stages(model).OfType<SuperMoeTransformer>().FirstOrDefault();
    }

    /// <summary>
    /// Learns a new task on the model of a trained pipeline; see
    /// <see cref="SuperMoeTransformer.FitTask(IDataView, SuperMoeTask, FitTaskOptions, IProgress{TrainingProgress}, CancellationToken)"/>.
    /// </summary>
    /// <param name="model">A trained pipeline; its stages before the model of SuperMoe.ML are applied to <paramref name="data"/> first.</param>
    /// <param name="data">What the pipeline reads, with the task's label. The label of a <see cref="MulticlassTask"/> is a key already, or becomes one in those stages.</param>
    /// <param name="task">A task, under a name that the model does not have yet.</param>
    /// <param name="options">How to learn; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Hears of every epoch, on the calling thread.</param>
    /// <param name="cancellationToken">Stops learning between two steps.</param>
    /// <returns>A new pipeline of the same stages, with the extended model in the model's place; it shares the stages and the weights.</returns>
    /// <exception cref="ArgumentException">The pipeline has no model of SuperMoe.ML.</exception>
    public static TransformerChain<ITransformer> FitTask(
        this ITransformer model, IDataView data, SuperMoeTask task, FitTaskOptions? options = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var (found, input) = Found(model, data);
        ITransformer fitted = found.FitTask(input, task, options, progress, cancellationToken);
        return new TransformerChain<ITransformer>([.. TransformerChains.Stages(model).Select(s => ReferenceEquals(s, found) ? fitted : s)]);
    }

    /// <summary>
    /// Judges the next-item task of a trained pipeline by full ranking; see
    /// <see cref="SuperMoeTransformer.EvaluateNextItem(IDataView, string, IReadOnlyList{int})"/>.
    /// </summary>
    /// <param name="catalog">The ranking catalog.</param>
    /// <param name="model">A trained pipeline; its stages before the model of SuperMoe.ML are applied to <paramref name="data"/> first.</param>
    /// <param name="data">What the pipeline reads: one row a user.</param>
    /// <param name="targetColumn">The held-out items.</param>
    /// <param name="cutoffs">The lengths k of the lists to judge; <see langword="null"/> for 5, 10 and 20.</param>
    /// <returns>HR@k, NDCG@k and MRR over all rows.</returns>
    /// <exception cref="ArgumentException">The pipeline has no model of SuperMoe.ML.</exception>
    public static NextItemMetrics EvaluateNextItem(
        this RankingCatalog catalog, ITransformer model, IDataView data, string targetColumn, IReadOnlyList<int>? cutoffs = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var (found, input) = Found(model, data);
        return found.EvaluateNextItem(input, targetColumn, cutoffs);
    }

    private static (SuperMoeTransformer Model, IDataView Data) Found(ITransformer model, IDataView data) =>
        TransformerChains.Before(model, data) ?? throw new ArgumentException("The pipeline has no model of SuperMoe.ML.", nameof(model));
}
