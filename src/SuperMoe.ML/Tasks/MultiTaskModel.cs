using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Model;
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
        var heads = new TaskHead[tasks.Count];
        for (var t = 0; t < heads.Length; t++)
        {
            heads[t] = tasks[t] switch
            {
                NextItemTask task => new NextItemHead(task, shape.ItemCount),
                LabeledTask task => UserHeads.Of(task, classes[t], options, generator),
                var other => throw new ArgumentException($"Unknown task type {other.GetType().Name}.", nameof(tasks)),
            };
            register_module($"head{t}", heads[t]);
        }
        Heads = heads;
    }

    /// <summary>What turns behaviour into states.</summary>
    public SuperMoeModel Encoder { get; }

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

    /// <summary>The number of weights: parameters, and rows of tables.</summary>
    public long ParameterCount =>
        parameters().Sum(p => p.numel()) + RowTables.Sum(t => ((nn.Module)t.Table).buffers().Sum(b => b.numel()));
}
