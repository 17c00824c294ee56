using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>
/// A layer of customized gate control (Tang et al. 2020): each task mixes its own expert and the shared one. In an extraction layer, which another
/// follows, the shared part mixes all experts. n states, D model, T tasks.
/// </summary>
internal sealed class GateControl : NamedModule
{
    private readonly ExpertBank _experts; // each task's own, then the shared one
    private readonly Dense[] _gates; // each task's, then the shared part's if there is one
    private readonly int _tasks;

    /// <param name="size">D.</param>
    /// <param name="hidden">The hidden units of an expert.</param>
    /// <param name="tasks">T.</param>
    /// <param name="last">Whether no other layer follows, so that nobody needs a shared state.</param>
    /// <param name="dropout">The share of what experts add that is dropped in training.</param>
    /// <param name="generator">Draws the initial weights.</param>
    public GateControl(int size, int hidden, int tasks, bool last, double dropout, Generator generator)
        : base(nameof(GateControl))
    {
        _tasks = tasks;
        _experts = new ExpertBank(size, hidden, tasks + 1, dropout, generator);
        _gates = [.. Enumerable.Range(0, tasks).Select(_ => new Dense(size, 2, generator, bias: false))];
        if (!last) { _gates = [.. _gates, new Dense(size, tasks + 1, generator, bias: false)]; }
        register_module("experts", _experts);
        for (var t = 0; t < tasks; t++) { register_module($"gate{t}", _gates[t]); }
        if (!last) { register_module("shared_gate", _gates[tasks]); }
    }

    /// <summary>How much of its own expert, then of the shared one, a task takes: (n, 2), a row sums to 1.</summary>
    public Tensor Shares(int task, Tensor own) => _gates[task].forward(own).softmax(-1);

    /// <summary>How much of each expert the shared part takes: (n, T + 1), a row sums to 1.</summary>
    public Tensor SharedShares(Tensor states) => _gates[_tasks].forward(states).softmax(-1);

    /// <summary>A task's state, (n, D).</summary>
    /// <param name="task">The task.</param>
    /// <param name="own">(n, D): what the task's expert and gate see.</param>
    /// <param name="shared">(n, D): what the shared expert sees.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    public Tensor OfTask(int task, Tensor own, Tensor shared, RandomSource? random)
    {
        var shares = Shares(task, own);
        return (shares.narrow(-1, 0, 1) * _experts.Apply(task, own, random)).Plus(shares.narrow(-1, 1, 1) * _experts.Apply(_tasks, shared, random));
    }

    /// <summary>The shared state, (n, D), of a first layer, where all experts see the same.</summary>
    public Tensor OfAll(Tensor states, RandomSource? random) => _experts.Mix(states, SharedShares(states), random);
}
