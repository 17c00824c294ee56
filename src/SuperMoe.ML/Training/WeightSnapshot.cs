using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>A copy of a module's weights and buffers, to go back to.</summary>
internal sealed class WeightSnapshot(nn.Module module) : IDisposable
{
    private readonly Dictionary<string, Tensor> _copies = [];

    /// <summary>Takes the present weights, over those taken before.</summary>
    public void Take()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, value) in module.state_dict())
        {
            if (_copies.TryGetValue(name, out var copy)) { copy.copy_(value); }
            else { _copies[name] = value.detach().clone().DetachFromDisposeScope(); }
        }
    }

    /// <summary>Puts the taken weights back.</summary>
    public void Restore()
    {
        using var noGrad = no_grad();
        foreach (var (name, value) in module.state_dict()) { value.copy_(_copies[name]); }
    }

    public void Dispose()
    {
        foreach (var copy in _copies.Values) { copy.Dispose(); }
    }
}
