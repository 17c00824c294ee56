using SuperMoe.ML.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// One row an id. A small table is an ordinary parameter; a large one is updated row by row: the unique rows of a batch are gathered into a
/// leaf, autograd gives that leaf a dense gradient, and a row optimizer writes the rows back, so that a step costs what the batch holds,
/// not what the table holds. Not safe for use from several threads between <see cref="Open"/> and <see cref="Step"/>.
/// </summary>
internal sealed class EmbeddingTable : NamedModule, IEmbeddingTable
{
    private readonly TableOptimizer _kind;
    private IRowOptimizer? _optimizer;
    private Tensor? _ids; // sorted, unique: the rows of the open step
    private Tensor? _rows; // (ids, D) leaf
    private RowJournal? _journal;

    /// <param name="rows">The number of rows.</param>
    /// <param name="dimension">D.</param>
    /// <param name="updatesRows">Whether training updates only the rows that a batch used.</param>
    /// <param name="optimizer">The optimizer of such rows.</param>
    /// <param name="deviation">The standard deviation of the initial weights; row 0, the missing id, starts at zero.</param>
    /// <param name="generator">Draws the initial weights.</param>
    public EmbeddingTable(long rows, int dimension, bool updatesRows, TableOptimizer optimizer, double deviation, Generator generator)
        : base(nameof(EmbeddingTable))
    {
        UpdatesRows = updatesRows;
        _kind = optimizer;
        using var noGrad = no_grad();
        var initial = HugePages.Advise(empty(rows, dimension)).normal_(0, deviation, generator);
        initial[0].zero_();
        if (updatesRows)
        {
            register_buffer("weight", initial);
        }
        else
        {
            register_parameter("weight", new Parameter(initial));
        }
    }

    /// <inheritdoc/>
    public bool UpdatesRows { get; }

    /// <inheritdoc/>
    public IEnumerable<Tensor> RowGradients => _rows?.grad is { } gradient ? [gradient] : [];

    /// <summary>Where the rows are.</summary>
    public Device Device => Weight.device;

    // (rows, D); asked for each time, since moving the module to a device replaces it
    private Tensor Weight => UpdatesRows ? get_buffer("weight")! : Leaves.Of(get_parameter("weight")!);

    /// <inheritdoc/>
    public void Open(IReadOnlyCollection<Tensor> ids)
    {
        if (!UpdatesRows) { return; }
        Close();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var all = ids.Count == 1 ? ids.First().reshape(-1) : cat([.. ids.Select(i => i.reshape(-1))]);
        _ids = all.unique().output.DetachFromDisposeScope();
        _rows = Weight.index_select(0, _ids).requires_grad_().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Lookup(Tensor ids)
    {
        if (ids.dim() == 1) { return Find(ids); }
        var found = Find(ids.reshape(-1));
        return found.reshape([.. ids.shape, found.shape[^1]]);
    }

    private Tensor Find(Tensor ids) => _rows is null ? Weight.index_select(0, ids) : Leaves.Of(_rows).index_select(0, searchsorted(_ids!, ids));

    /// <inheritdoc/>
    public Tensor All() => _rows is null
        ? Weight
        : throw new InvalidOperationException("A table that is updated row by row cannot be read whole within a training step.");

    /// <inheritdoc/>
    public void Step(double learningRate, Tensor scale)
    {
        if (_rows?.grad is { } gradient)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            _optimizer ??= _kind switch
            {
                TableOptimizer.RowWiseAdagrad => new RowWiseAdagrad(Weight),
                _ => new LazyAdam(Weight),
            };
            _journal?.Record(_ids!, _rows.detach());
            _optimizer.Step(_ids!, _rows.detach(), gradient, scale, learningRate);
        }
        Close();
    }

    /// <inheritdoc/>
    public void Close()
    {
        _ids?.Dispose();
        _rows?.Dispose();
        _ids = _rows = null;
    }

    /// <summary>Begins to keep what rows are before they change, for <see cref="Restore"/>; what was kept before is forgotten.</summary>
    public void Remember()
    {
        Forget();
        _journal = new RowJournal(Weight.shape[0], Device);
    }

    /// <summary>Puts all rows back to what they were at <see cref="Remember"/>.</summary>
    public void Restore() => _journal?.Restore(Weight);

    /// <summary>Gives back what <see cref="Remember"/> keeps.</summary>
    public void Forget()
    {
        _journal?.Dispose();
        _journal = null;
    }

    /// <inheritdoc/>
    public void EndTraining()
    {
        Close();
        Forget();
        _optimizer?.Dispose();
        _optimizer = null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) { EndTraining(); }
        base.Dispose(disposing);
    }
}
