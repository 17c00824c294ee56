using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>AdamW (Loshchilov and Hutter 2019) over all parameters in one native call, with the gradient divided by a common factor.</summary>
internal sealed class FusedAdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Tensor[] _parameters;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _steps;
    private readonly double _decay;

    /// <param name="parameters">Leaves on their final device.</param>
    /// <param name="decay">The decoupled weight decay.</param>
    public FusedAdamW(IEnumerable<Tensor> parameters, double decay)
    {
        _parameters = [.. parameters];
        _decay = decay;
        _means = [.. _parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
        _squares = [.. _parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
        _steps = [.. _parameters.Select(p => zeros([], dtype: ScalarType.Float32, device: p.device).DetachFromDisposeScope())];
    }

    /// <summary>The L2 norm over all gradients together: a tensor of no dimensions.</summary>
    public static Tensor GradientNorm(IEnumerable<Tensor> gradients)
    {
        Tensor[] present = [.. gradients];
        return present.Length == 0 ? zeros([]) : TorchScript.Call("gradient_norm", (object)present);
    }

    /// <summary>Updates every parameter from its gradient; one without a gradient in this step stays as it is.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="scale">What gradients are divided by: a tensor of no dimensions, on the parameters' device.</param>
    public void Step(double learningRate, Tensor scale)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var used = Enumerable.Range(0, _parameters.Length).Where(i => _parameters[i].grad is not null).ToArray();
        if (used.Length == 0) { return; }
        Tensor[] Pick(Tensor[] all) => [.. used.Select(i => all[i])];
        Tensor[] gradients = [.. used.Select(i => _parameters[i].grad!)];
        _ = TorchScript.Call(
            "adamw", Pick(_parameters), gradients, Pick(_means), Pick(_squares), Pick(_steps), scale,
            tensor(new[] { _decay, learningRate, Beta1, Beta2, Epsilon }));
    }

    public void Dispose()
    {
        foreach (var state in _means.Concat(_squares).Concat(_steps)) { state.Dispose(); }
    }

    /// <summary>One parameter's update, written plainly: the new parameter, mean and square.</summary>
    public static (Tensor Parameter, Tensor Mean, Tensor Square) Reference(
        Tensor parameter, Tensor gradient, Tensor mean, Tensor square, int step, double learningRate, double decay)
    {
        var m = (Beta1 * mean).Plus((1 - Beta1) * gradient);
        var v = (Beta2 * square).Plus((1 - Beta2) * gradient * gradient);
        var update = m / (1 - Math.Pow(Beta1, step)) / (v / (1 - Math.Pow(Beta2, step))).sqrt().Plus(Scalars.Of(Epsilon));
        return (parameter * (1 - learningRate * decay) - learningRate * update, m, v);
    }
}
