using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>The epoch with the best validation score, and its weights.</summary>
internal sealed class BestEpoch(nn.Module module) : IDisposable
{
    private readonly WeightSnapshot _weights = new(module);
    private double _score = double.NaN;

    /// <summary>The best epoch so far: the latest one as long as none had a score; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Hears of a finished epoch. Once an epoch had a score, one whose score is NaN is never better.</summary>
    public void Consider(int epoch, double score)
    {
        if (double.IsNaN(score))
        {
            if (double.IsNaN(_score)) { Epoch = epoch; }
            return;
        }
        if (score <= _score) { return; }
        (_score, Epoch) = (score, epoch);
        _weights.Take();
    }

    /// <summary>Puts the best epoch's weights back.</summary>
    public void Restore()
    {
        if (!double.IsNaN(_score)) { _weights.Restore(); }
    }

    public void Dispose() => _weights.Dispose();
}
