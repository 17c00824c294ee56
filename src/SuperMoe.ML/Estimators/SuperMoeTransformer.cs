using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Persistence;

[assembly: LoadableClass(
    typeof(SuperMoe.ML.SuperMoeTransformer), null, typeof(SignatureLoadModel), "SuperMoe", SuperMoe.ML.SuperMoeTransformer.LoaderSignature)]

namespace SuperMoe.ML;

/// <summary>
/// A trained model: adds the user embedding and each task's outputs to a view of users. Rows are scored in batches while the view is read,
/// and only what is read is computed. Safe to use from several threads at once; a PredictionEngine is not. Reading a scored view throws <see cref="InvalidOperationException"/> where a row is unfit (its columns differ
/// in length, events are out of order), by its number, and <see cref="ObjectDisposedException"/> once the model is disposed.
/// </summary>
public sealed class SuperMoeTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "SuperMoeTransform";

    private const string DescriptionEntry = "Model.json";
    private const string WeightsEntry = "Weights.safetensors";

    private readonly IHost _host;
    private readonly ModelDescription _model;
    private readonly InputColumns _inputs;
    private readonly IBatchScorer _scorer;

    internal SuperMoeTransformer(IHostEnvironment environment, ModelDescription model, IBatchScorer scorer, TrainingReport? report)
    {
        _host = environment.Register(nameof(SuperMoeTransformer));
        _model = model;
        _inputs = new InputColumns(_host, model.Options);
        _scorer = scorer;
        Report = report;
    }

    /// <summary>Gets what happened in training: losses, metrics and expert loads.</summary>
    /// <value><see langword="null"/> for a model that was saved without it.</value>
    public TrainingReport? Report { get; }

    /// <summary>Gets how the tasks were learned that <see cref="FitTask"/> added, in order.</summary>
    /// <value>Empty for a model as it was trained.</value>
    public IReadOnlyList<FitTaskReport> FittedTasks => [.. _model.Added.Select(a => a.Report)];

    /// <summary>Gets whether rows can be scored one by one, such as by PredictionEngine.</summary>
    /// <value>Always <see langword="true"/>.</value>
    public bool IsRowToRowMapper => true;

    internal IBatchScorer Scorer => _scorer;

    internal ScoringBinding Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new ScoringBinding(_model, _inputs, schema);
    }

    /// <summary>The schema of <see cref="Transform"/>'s view.</summary>
    /// <param name="inputSchema">The input's schema; label columns need not be there.</param>
    /// <returns>The input's columns, the embedding, and each task's outputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a wrong type, or has other keys than in training.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>Adds the outputs to a view. Nothing is computed before the view is read.</summary>
    /// <param name="input">One row a user; label columns need not be there.</param>
    /// <returns>The view with the outputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a wrong type, or has other keys than in training.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredDataView(Bind(input.Schema), _scorer, input, _model.Options.ScoringBatchSize);
    }

    /// <summary>A mapper that scores single rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a wrong type, or has other keys than in training.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new SuperMoeRowMapper(Bind(inputSchema), _scorer);

    /// <summary>
    /// Learns a new task on this model, which stays as it is. The task's outputs are those of a linear part over the frozen embedding and the users' events, whose prior is as strong as
    /// held-out labels want it, and, where that is better for these, of an indicator token of the task's own with small adapters on its way through the frozen blocks (Houlsby et al.
    /// 2019) and a head. It is learned from the labelled rows alone, and from few: see <see cref="FitTaskOptions"/>. Tasks that are added one after another do not see each other.
    /// </summary>
    /// <param name="data">One row a user, with the columns that <see cref="Transform"/> reads and the task's label; rows whose label is missing (NaN, key 0) are not looked at.</param>
    /// <param name="task">A <see cref="BinaryTask"/>, with a candidate or without, a <see cref="MulticlassTask"/> or a <see cref="RegressionTask"/>, under a name that the model does not have yet. Its <see cref="SuperMoeTask.Weight"/> and <see cref="LabeledTask.Wide"/> have no meaning.</param>
    /// <param name="options">How to learn; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Hears of every epoch, on the calling thread. The validation score is the negative of the loss over held-out labels.</param>
    /// <param name="cancellationToken">Stops learning between two steps.</param>
    /// <returns>
    /// A new model: all outputs of this one, the same to the last bit as long as the same ones are read together, and those of the task. It shares this one's weights;
    /// each is disposed on its own.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A <see cref="NextItemTask"/>, a name or an output that the model has already, options out of range, or a column that is missing, of a wrong type, or has other keys
    /// than in training.
    /// </exception>
    /// <exception cref="InvalidOperationException">No row has a label, or all labels are of one class; a row is unfit, or the loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Learning was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This model was disposed.</exception>
    public SuperMoeTransformer FitTask(
        IDataView data, SuperMoeTask task, FitTaskOptions? options = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(task);
        var (model, scorer) = new TaskFitter(_host, _model, _scorer).Fit(data, task, options ?? new FitTaskOptions(), progress, cancellationToken);
        return new SuperMoeTransformer(_host, model, scorer, Report);
    }

    /// <summary>
    /// Judges the next-item task on held-out items, by full ranking: each user's target is ranked among all items, those of the user's own
    /// sequence removed; ties count against the model; a target that the model has no key for is a miss. No row is left out.
    /// </summary>
    /// <param name="data">One row a user, with the columns that <see cref="Transform"/> reads; the targets are not in the sequences.</param>
    /// <param name="targetColumn">The held-out items: raw values or keys, one a user or a vector of one; matched by value to the item column.</param>
    /// <param name="cutoffs">The lengths k of the lists to judge; <see langword="null"/> for 5, 10 and 20.</param>
    /// <returns>HR@k, NDCG@k and MRR over all rows.</returns>
    /// <exception cref="InvalidOperationException">The model has no <see cref="NextItemTask"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type, or a cutoff is below 1 or given twice.</exception>
    public NextItemMetrics EvaluateNextItem(IDataView data, string targetColumn, IReadOnlyList<int>? cutoffs = null)
    {
        var metrics = new RankingAccumulator([.. cutoffs ?? []]);
        foreach (var rank in NextItemRanks(data, targetColumn)) { metrics.Add(rank); }
        return metrics.ToMetrics();
    }

    /// <summary>What <see cref="EvaluateNextItem"/> sums up: the rank of each row's target, 0 is the best.</summary>
    internal int[] NextItemRanks(IDataView data, string targetColumn)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(targetColumn);
        if (!_model.Options.Tasks.Any(t => t is NextItemTask))
        {
            var tasks = string.Join(", ", _model.Options.Tasks.Select(t => t.Name));
            throw new InvalidOperationException($"The model has no {nameof(NextItemTask)} to evaluate; its tasks are {tasks}.");
        }
        return new NextItemEvaluator(_model, _inputs, _scorer).Ranks(data, targetColumn);
    }

    /// <summary>
    /// Gives the model's memory back, after batches that are being scored; views and engines that are read later throw <see cref="ObjectDisposedException"/>.
    /// A PredictionEngine disposes its transformer with itself, unless made with <c>OwnsTransformer = false</c>.
    /// </summary>
    public void Dispose() => _scorer.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveBinaryStream(DescriptionEntry, writer => SavedModel.ToDocument(_model, _scorer, Report).Write(writer.BaseStream));
        ctx.SaveBinaryStream(WeightsEntry, writer => _scorer.Save(writer.BaseStream));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "SUPERMOE",
        verWrittenCur: 0x00010001, // initial; the JSON has a version of its own
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(SuperMoeTransformer).Assembly.FullName); // lets a fresh process find this assembly

    // ML.NET calls this through LoadableClass.
    private static SuperMoeTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var host = env.Register(LoaderSignature);
        using var log = host.Start("Load");
        ModelDocument? document = null;
        TrainingReport? report = null;
        IBatchScorer? scorer = null;
        var device = ComputeDevice.Resolve(host, log);
        if (!ctx.TryLoadBinaryStream(DescriptionEntry, reader => document = ModelDocument.Read(reader.BaseStream)))
        {
            throw new InvalidDataException($"The model lacks '{DescriptionEntry}'; the file is damaged.");
        }
        if (document!.Report is { } json) { report = ModelJson.FromElement<TrainingReport>(json); }
        if (!ctx.TryLoadBinaryStream(WeightsEntry, reader => scorer = Engine.Default.Load(document, reader.BaseStream, device)))
        {
            throw new InvalidDataException($"The model lacks '{WeightsEntry}'; the file is damaged.");
        }
        return new SuperMoeTransformer(env, SavedModel.ToDescription(document), scorer!, report);
    }
}
