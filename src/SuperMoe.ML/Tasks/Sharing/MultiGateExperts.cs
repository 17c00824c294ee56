using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>
/// Multi-gate mixture of experts (Ma et al. 2018): all tasks mix the same experts, each by a linear softmax gate of its own.
/// n states, D model, T tasks, E experts.
/// </summary>
internal sealed class MultiGateExperts : TaskMixtures
{
    private readonly ExpertBank _experts;
    private readonly Dense[] _gates;

    public MultiGateExperts(int size, int hidden, int experts, int tasks, double dropout, Generator generator)
        : base(nameof(MultiGateExperts))
    {
        _experts = new ExpertBank(size, hidden, experts, dropout, generator);
        _gates = [.. Enumerable.Range(0, tasks).Select(_ => new Dense(size, experts, generator, bias: false))];
        register_module("experts", _experts);
        for (var t = 0; t < tasks; t++) { register_module($"gate{t}", _gates[t]); }
    }

    /// <summary>(n, D) → (n, E): how much of each expert a task takes; a row sums to 1.</summary>
    public Tensor Shares(int task, Tensor states) => _gates[task].forward(states).softmax(-1);

    /// <inheritdoc/>
    public override Tensor Mix(int task, Tensor states, RandomSource? random) => _experts.Mix(states, Shares(task, states), random);
}
