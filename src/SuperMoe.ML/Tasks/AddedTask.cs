using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>A task that came after training: its linear part, its token and its head, all that it adds to the weights.</summary>
internal sealed class AddedTask : NamedModule
{
    /// <param name="task">The task.</param>
    /// <param name="classes">The number of classes of a multiclass task, otherwise 0.</param>
    /// <param name="itemCount">The number of items.</param>
    /// <param name="options">The encoder's architecture.</param>
    /// <param name="adapter">The adapters' size; 0 is none.</param>
    /// <param name="generator">Draws the initial weights.</param>
    public AddedTask(LabeledTask task, int classes, int itemCount, SuperMoeModelOptions options, int adapter, Generator generator)
        : base(nameof(AddedTask))
    {
        Token = new AddedToken(options, adapter, generator);
        Head = UserHeads.Of(task, classes, options, generator);
        Linear = new FrozenHead(options.HiddenSize, Math.Max(1, classes), itemCount, Head.HasCandidate);
        register_module("linear", Linear);
        register_module("indicator", Token);
        register_module("head", Head);
    }

    /// <summary>What its outputs begin with.</summary>
    public FrozenHead Linear { get; }

    /// <summary>The task's indicator, and its way through the encoder.</summary>
    public AddedToken Token { get; }

    /// <summary>What turns its state into outputs, added to those of the linear part.</summary>
    public UserHead Head { get; }
}
