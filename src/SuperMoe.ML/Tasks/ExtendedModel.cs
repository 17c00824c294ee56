using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>
/// A trained model with the tasks that were added to it since. Adding one more makes another of these upon the same weights; they are given back when the last
/// one is disposed.
/// </summary>
internal sealed class ExtendedModel : IDisposable
{
    private readonly ExtendedModel? _before;
    private int _holders = 1; // whoever made this, and those that were made from it

    /// <param name="trained">The model; it is owned from now on.</param>
    public ExtendedModel(MultiTaskModel trained)
    {
        Trained = trained;
        Added = [];
        Heads = trained.Heads;
    }

    private ExtendedModel(ExtendedModel before, AddedTask task)
    {
        _before = before;
        Trained = before.Trained;
        Added = [.. before.Added, task];
        Heads = [.. before.Heads, task.Head];
    }

    /// <summary>What was trained at once.</summary>
    public MultiTaskModel Trained { get; }

    /// <summary>The tasks that were added, in order.</summary>
    public IReadOnlyList<AddedTask> Added { get; }

    /// <summary>What turns states into outputs: of the tasks trained at once, then of those added.</summary>
    public IReadOnlyList<TaskHead> Heads { get; }

    /// <summary>What turns behaviour into states.</summary>
    public SuperMoeModel Encoder => Trained.Encoder;

    /// <summary>All weights by name, those of added tasks under <c>added0</c> and so on.</summary>
    public Dictionary<string, Tensor> Weights()
    {
        var weights = new Dictionary<string, Tensor>(Trained.state_dict());
        for (var a = 0; a < Added.Count; a++)
        {
            foreach (var (name, weight) in Added[a].state_dict()) { weights.Add($"added{a}.{name}", weight); }
        }
        return weights;
    }

    /// <summary>All modules.</summary>
    public IEnumerable<nn.Module> Modules => Added.Prepend<nn.Module>(Trained);

    /// <summary>The same with one task more, on the same weights.</summary>
    /// <param name="task">The task; it is owned from now on.</param>
    public ExtendedModel With(AddedTask task)
    {
        Interlocked.Increment(ref _holders);
        return new ExtendedModel(this, task);
    }

    /// <summary>Gives back what nobody else holds.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) > 0) { return; }
        if (_before is null)
        {
            Trained.Dispose();
            return;
        }
        Added[^1].Dispose();
        _before.Dispose();
    }
}
