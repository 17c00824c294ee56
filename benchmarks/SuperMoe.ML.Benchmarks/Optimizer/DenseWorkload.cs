using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Optimizer;

/// <summary>Updates of all dense parameters of the base model, in three ways: fused, tensor by tensor as the formula says, and by TorchSharp's own AdamW.</summary>
internal sealed class DenseWorkload : IDisposable
{
    private const double LearningRate = 1e-3;
    private const double Decay = 0.01;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor _scale;
    private readonly FusedAdamW _fused;
    private readonly optim.Optimizer _torchSharp;
    private readonly int _steps;
    private int _step;

    public DenseWorkload(int steps, int seed, Device device)
    {
        _steps = steps;
        var items = NextItemHead.FullSoftmaxItems + 1; // so many that their table is none of the dense parameters
        var shape = new ModelShape(items, [], 0, HasTime: true, 0, 1, [], 0);
        using var model = new MultiTaskModel(shape, new SuperMoeModelOptions(), [new NextItemTask()], [0], default, seed);
        using var generator = new Generator((ulong)seed);
        Parameter[] parameters = [.. model.parameters().Select(p => new Parameter(p.detach().clone().to(device)))];
        foreach (var p in parameters) { p.grad = randn(p.shape, generator: generator).mul_(0.01).to(device); }
        _parameters = [.. parameters];
        _means = [.. parameters.Select(p => zeros_like(p, requires_grad: false))];
        _squares = [.. parameters.Select(p => zeros_like(p, requires_grad: false))];
        _scale = ones([], device: device);
        _fused = new FusedAdamW(_parameters, Decay);
        _torchSharp = optim.AdamW(parameters, LearningRate, weight_decay: Decay);
    }

    /// <summary>The number of tensors.</summary>
    public int Tensors => _parameters.Length;

    /// <summary>The number of weights.</summary>
    public long Weights => _parameters.Sum(p => p.numel());

    public void Fused()
    {
        for (var s = 0; s < _steps; s++) { _fused.Step(LearningRate, _scale); }
    }

    public void TorchSharp()
    {
        for (var s = 0; s < _steps; s++) { _torchSharp.step(); }
    }

    public void Plain()
    {
        using var noGrad = no_grad();
        for (var s = 0; s < _steps; s++)
        {
            _step++;
            for (var p = 0; p < _parameters.Length; p++)
            {
                using var scope = NewDisposeScope();
                var (parameter, mean, square) = FusedAdamW.Reference(
                    _parameters[p], _parameters[p].grad!, _means[p], _squares[p], _step, LearningRate, Decay);
                _parameters[p].copy_(parameter);
                _means[p].copy_(mean);
                _squares[p].copy_(square);
            }
        }
    }

    public void Dispose()
    {
        _fused.Dispose();
        _torchSharp.Dispose();
        _scope.Dispose();
    }
}
