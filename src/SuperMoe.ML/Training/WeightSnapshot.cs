using SuperMoe.ML.Embeddings;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// A copy of a module's weights and buffers, to go back to. Of tables that are updated row by row only the rows that change after it are kept, so that
/// a table of billions of weights is not held twice.
/// </summary>
internal sealed class WeightSnapshot(nn.Module module) : IDisposable
{
    private readonly Dictionary<string, Tensor> _copies = [];
    private readonly EmbeddingTable[] _tables = [.. module.modules().OfType<EmbeddingTable>().Where(t => t.UpdatesRows)];

    /// <summary>Takes the present weights, over those taken before.</summary>
    public void Take()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, value) in Whole())
        {
            if (_copies.TryGetValue(name, out var copy)) { copy.copy_(value); }
            else { _copies[name] = value.detach().clone().DetachFromDisposeScope(); }
        }
        foreach (var table in _tables) { table.Remember(); }
    }

    /// <summary>Puts the taken weights back.</summary>
    public void Restore()
    {
        using var noGrad = no_grad();
        foreach (var (name, value) in Whole()) { value.copy_(_copies[name]); }
        foreach (var table in _tables) { table.Restore(); }
    }

    public void Dispose()
    {
        foreach (var copy in _copies.Values) { copy.Dispose(); }
        foreach (var table in _tables) { table.Forget(); }
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Whole()
    {
        var rows = _tables.SelectMany(t => t.buffers()).Select(b => b.Handle).ToHashSet();
        return module.state_dict().Where(p => !rows.Contains(p.Value.Handle));
    }
}
