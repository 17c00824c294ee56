using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks.Sharing;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>The encoder and its tasks' heads: all that is trained and saved.</summary>
internal sealed class MultiTaskModel : NamedModule
{
    /// <param name="shape">The sizes that the data gives.</param>
    /// <param name="options">The architecture.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="classes">Per task: the number of classes of a multiclass task, otherwise 0.</param>
    /// <param name="optimizer">The optimizer of large tables.</param>
    /// <param name="seed">The seed of the initial weights.</param>
    public MultiTaskModel(
        ModelShape shape, SuperMoeModelOptions options, IReadOnlyList<SuperMoeTask> tasks, IReadOnlyList<int> classes, TableOptimizer optimizer, int seed)
        : base(nameof(MultiTaskModel))
    {
        using var generator = new Generator((ulong)seed);
        var next = tasks.OfType<NextItemTask>().SingleOrDefault();
        var wholeTable = next is not null ? NextItemHead.UsesWholeTable(next, shape.ItemCount) : shape.ItemCount <= EventEncoder.WholeTableRows;
        Encoder = new SuperMoeModel(shape, options, !wholeTable, optimizer, generator);
        register_module("encoder", Encoder);
        Mixtures = SharingPlan.Of(options, tasks, generator);
        if (Mixtures is not null) { register_module("sharing", Mixtures); }
        var heads = new TaskHead[tasks.Count];
        for (var t = 0; t < heads.Length; t++)
        {
            var mixture = Mixtures is null ? null : new TaskMixture(Mixtures, t);
            heads[t] = tasks[t] switch
            {
                NextItemTask task => new NextItemHead(task, shape.ItemCount, mixture),
                LabeledTask task => UserHeads.Of(task, classes[t], options, generator, mixture),
                var other => throw new ArgumentException($"Unknown task type {other.GetType().Name}.", nameof(tasks)),
            };
            register_module($"head{t}", heads[t]);
        }
        Heads = heads;
    }

    /// <summary>What turns behaviour into states.</summary>
    public SuperMoeModel Encoder { get; }

    /// <summary>What stands between the encoder and the heads where tasks have no indicators; otherwise <see langword="null"/>.</summary>
    public TaskMixtures? Mixtures { get; }

    /// <summary>Whether tasks have indicators of their own.</summary>
    public bool HasIndicators => Mixtures is null;

    /// <summary>What turns states into outputs, in the tasks' order.</summary>
    public IReadOnlyList<TaskHead> Heads { get; }

    /// <summary>The next-item task's head; <see langword="null"/> without that task.</summary>
    public NextItemHead? NextItem => Heads.OfType<NextItemHead>().SingleOrDefault();

    /// <summary>The tables that are updated row by row: the items' and the side fields', each with its field's index, -1 for the items'.</summary>
    public IEnumerable<(int Field, IEmbeddingTable Table)> RowTables
    {
        get
        {
            if (Encoder.Items.Table.UpdatesRows) { yield return (-1, Encoder.Items.Table); }
            for (var f = 0; f < Encoder.Encoder.Fields.Count; f++)
            {
                if (Encoder.Encoder.Fields[f].UpdatesRows) { yield return (f, Encoder.Encoder.Fields[f]); }
            }
        }
    }

    /// <summary>The indicators that some tasks' heads read, the embedding's first: the embedding's alone where tasks have none.</summary>
    public int[] IndicatorsOf(IEnumerable<int> tasks) => HasIndicators ? [0, .. tasks.Select(t => t + 1)] : [0];

    /// <summary>(B, T, D) → (B, D): the indicator at a place; <see langword="null"/> where tasks have none.</summary>
    public Tensor? IndicatorAt(Tensor indicators, int place) => HasIndicators ? indicators.select(1, place) : null;

    /// <summary>The number of weights: parameters, rows of tables, and wide parts.</summary>
    public long ParameterCount =>
        parameters().Sum(p => p.numel()) + RowTables.Sum(t => ((nn.Module)t.Table).buffers().Sum(b => b.numel()))
        + Heads.OfType<UserHead>().Sum(h => h.Wide?.WeightCount ?? 0);
}
