using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>
/// Progressive layered extraction (Tang et al. 2020): an extraction layer, whose shared state is of all experts, and the final layer, in which a
/// task sees its own expert and the shared one. n states, D model.
/// </summary>
internal sealed class ProgressiveExtraction : TaskMixtures
{
    /// <summary>The extraction layer and the final one.</summary>
    public const int Layers = 2;

    public ProgressiveExtraction(int size, int hidden, int tasks, double dropout, Generator generator)
        : base(nameof(ProgressiveExtraction))
    {
        Extraction = new GateControl(size, hidden, tasks, last: false, dropout, generator);
        Final = new GateControl(size, hidden, tasks, last: true, dropout, generator);
        register_module("extraction", Extraction);
        register_module("final", Final);
    }

    /// <summary>The first layer.</summary>
    public GateControl Extraction { get; }

    /// <summary>The last layer.</summary>
    public GateControl Final { get; }

    /// <inheritdoc/>
    public override Tensor Mix(int task, Tensor states, RandomSource? random) =>
        Final.OfTask(task, Extraction.OfTask(task, states, states, random), Extraction.OfAll(states, random), random);
}
