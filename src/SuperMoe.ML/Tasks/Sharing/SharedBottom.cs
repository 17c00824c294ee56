using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>One network for all tasks (Caruana 1997): their own part are their heads.</summary>
internal sealed class SharedBottom : TaskMixtures
{
    private readonly ExpertBank _network;

    public SharedBottom(int size, int hidden, double dropout, Generator generator)
        : base(nameof(SharedBottom))
    {
        _network = new ExpertBank(size, hidden, 1, dropout, generator);
        register_module("network", _network);
    }

    /// <inheritdoc/>
    public override Tensor Mix(int task, Tensor states, RandomSource? random) => _network.Apply(0, states, random);
}
