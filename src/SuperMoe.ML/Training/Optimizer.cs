using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>Fused AdamW for the network, row-wise updates for large tables, one clipping norm over both.</summary>
internal sealed class Optimizer : IDisposable
{
    private readonly MultiTaskModel _model;
    private readonly FusedAdamW _matrices;
    private readonly FusedAdamW _others;
    private readonly Tensor[] _parameters;
    private readonly double _clipping;

    /// <param name="model">On its final device.</param>
    /// <param name="options">Weight decay and clipping.</param>
    public Optimizer(MultiTaskModel model, TrainingOptions options)
    {
        _model = model;
        _clipping = options.GradientClipping;
        _parameters = [.. model.parameters()];
        var matrices = model.modules()
            .Where(m => m is Dense or SparseMoe or Router)
            .SelectMany(m => m.parameters(recurse: false))
            .Where(p => p.dim() > 1)
            .Select(p => p.Handle)
            .ToHashSet();
        matrices.ExceptWith(model.modules().OfType<Router>().Select(r => r.get_parameter("task_logits")).OfType<Tensor>().Select(p => p.Handle)); // biases, one for each task
        _matrices = new FusedAdamW(_parameters.Where(p => matrices.Contains(p.Handle)), options.WeightDecay);
        _others = new FusedAdamW(_parameters.Where(p => !matrices.Contains(p.Handle)), 0);
    }

    /// <summary>The L2 norm of all gradients: a tensor of no dimensions.</summary>
    public Tensor GradientNorm() => FusedAdamW.GradientNorm(
        _parameters.Select(p => p.grad).OfType<Tensor>().Concat(_model.RowTables.SelectMany(t => t.Table.RowGradients)));

    /// <summary>One update of everything that has a gradient; gradients are then forgotten.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="norm">The gradient norm.</param>
    public void Step(double learningRate, Tensor norm)
    {
        using var scope = NewDisposeScope();
        var scale = _clipping > 0 ? norm.div(Scalars.Of(_clipping)).clamp(min: Scalars.Of(1.0)) : ones_like(norm);
        _matrices.Step(learningRate, scale);
        _others.Step(learningRate, scale);
        foreach (var (_, table) in _model.RowTables) { table.Step(learningRate, scale); }
        _model.zero_grad();
    }

    public void Dispose()
    {
        foreach (var (_, table) in _model.RowTables) { table.EndTraining(); }
        _model.NextItem?.EndTraining();
        _matrices.Dispose();
        _others.Dispose();
    }
}
