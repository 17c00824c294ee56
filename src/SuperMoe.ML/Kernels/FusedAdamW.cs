using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) with the gradient scaled down to a largest norm, over all parameters in one native call.
/// </summary>
internal sealed class FusedAdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Tensor[] _parameters;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _steps;
    private readonly int _decayed;
    private readonly double _decay;

    /// <param name="decayed">Parameters with weight decay: leaves on their final device.</param>
    /// <param name="others">Parameters without.</param>
    /// <param name="decay">The decoupled weight decay.</param>
    public FusedAdamW(IReadOnlyCollection<Tensor> decayed, IReadOnlyCollection<Tensor> others, double decay)
    {
        _parameters = [.. decayed, .. others];
        _decayed = decayed.Count;
        _decay = decay;
        _means = [.. _parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
        _squares = [.. _parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
        _steps = [.. _parameters.Select(p => zeros([], dtype: ScalarType.Float32, device: p.device).DetachFromDisposeScope())];
    }

    /// <summary>Updates every parameter from its gradient; one without a gradient in this step stays as it is.</summary>
    /// <returns>The gradient's norm before clipping, a tensor of no dimensions.</returns>
    public Tensor Step(double learningRate, double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var used = Enumerable.Range(0, _parameters.Length).Where(i => _parameters[i].grad is not null).ToArray();
        if (used.Length == 0) { return zeros([]).MoveToOuterDisposeScope(); }
        Tensor[] Pick(Tensor[] all) => [.. used.Select(i => all[i])];
        var gradients = used.Select(i => _parameters[i].grad!).ToArray();
        return TorchScript.Call(
            "clipped_adamw", Pick(_parameters), gradients, Pick(_means), Pick(_squares), Pick(_steps),
            used.Count(i => i < _decayed), _decay, learningRate, Beta1, Beta2, Epsilon, maxNorm).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var state in _means.Concat(_squares).Concat(_steps)) { state.Dispose(); }
    }

    /// <summary>One parameter's update, written plainly: the new parameter, mean and square.</summary>
    public static (Tensor Parameter, Tensor Mean, Tensor Square) Reference(
        Tensor parameter, Tensor gradient, Tensor mean, Tensor square, int step, double learningRate, double decay, double clip)
    {
        var g = gradient * clip;
        var m = Beta1 * mean + (1 - Beta1) * g;
        var v = Beta2 * square + (1 - Beta2) * g * g;
        var update = m / (1 - Math.Pow(Beta1, step)) / ((v / (1 - Math.Pow(Beta2, step))).sqrt() + Epsilon);
        return (parameter * (1 - learningRate * decay) - learningRate * update, m, v);
    }
}
