using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// The exponential moving average of a module's parameters over the steps (Polyak and Juditsky 1992): smoother than the last step's weights,
/// and what validation sees and the model keeps. Young averages forget faster: step t keeps at most (1 + t) / (10 + t).
/// Tables that are updated row by row are no parameters, and are not averaged.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _averages;
    private readonly double _decay;
    private int _steps;

    /// <param name="module">On its final device.</param>
    /// <param name="decay">The share of the average that a step keeps; with 0 the average is the last step's weights.</param>
    public WeightAverage(nn.Module module, double decay)
    {
        _decay = decay;
        _parameters = decay > 0 ? [.. module.parameters()] : [];
        _averages = [.. _parameters.Select(p => p.detach().clone().DetachFromDisposeScope())];
    }

    /// <summary>Takes the present weights into the average.</summary>
    public void Update()
    {
        if (_parameters.Length == 0) { return; }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var alone = Interop.ThreadShare.Enter(1);
        _steps++;
        var kept = Math.Min(_decay, (1.0 + _steps) / (10.0 + _steps));
        _ = TorchScript.Call("lerp_all", _averages, _parameters, tensor(1 - kept));
    }

    /// <summary>Exchanges the weights and their average.</summary>
    public void Swap()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < _parameters.Length; i++)
        {
            var present = _parameters[i].detach().clone();
            _parameters[i].copy_(_averages[i]);
            _averages[i].copy_(present);
        }
    }

    public void Dispose()
    {
        foreach (var average in _averages) { average.Dispose(); }
    }
}
