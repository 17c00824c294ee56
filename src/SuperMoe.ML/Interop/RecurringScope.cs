using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>
/// A dispose scope for work that comes again and again on one thread: it keeps its table of tensors, which a scope for each time would have to make, and to let grow,
/// anew. What <see cref="Clear"/> was not told of is disposed at the end.
/// </summary>
internal readonly struct RecurringScope : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <summary>Begins on the calling thread.</summary>
    public RecurringScope()
    {
    }

    /// <summary>Disposes what the scope holds: the end of one time.</summary>
    public void Clear()
    {
        if (_scope.DisposablesCount == 0) { return; }
        var left = _scope.DisposablesView; // a copy
        for (var i = 0; i < left.Count; i++) { left[i].Dispose(); }
    }

    public void Dispose() => _scope.Dispose();
}
