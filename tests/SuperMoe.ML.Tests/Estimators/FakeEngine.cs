using SuperMoe.ML.Estimators;
using SuperMoe.ML.Persistence;
using TorchSharp;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>Trains nothing, remembers what it was asked for, and gives a <see cref="FakeScorer"/>.</summary>
internal sealed class FakeEngine : ISuperMoeEngine
{
    public List<TrainingJob> Jobs { get; } = [];

    public List<FakeScorer> Scorers { get; } = [];

    /// <summary>Called in the place of training.</summary>
    public Action<TrainingJob>? OnTrain { get; set; }

    public FakeScorer Scorer => Scorers[^1];

    public (IBatchScorer Scorer, TrainingReport Report) Train(TrainingJob job)
    {
        Jobs.Add(job);
        OnTrain?.Invoke(job);
        Scorers.Add(new FakeScorer(job.Model));
        return (Scorer, new TrainingReport([], 0, false, 1, [], 0));
    }

    public IBatchScorer Load(ModelDocument document, Stream weights, torch.Device device) => throw new NotSupportedException();
}
