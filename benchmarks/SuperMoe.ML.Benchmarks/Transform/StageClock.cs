using System.Diagnostics;
using SuperMoe.ML.Model;

namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>Adds up time and managed memory of the stages of scoring, on one thread.</summary>
internal sealed class StageClock
{
    private readonly SortedDictionary<string, (double Seconds, long Bytes)> _stages = [];
    private readonly Stopwatch _clock = new();
    private long _bytes;

    /// <summary>The stages in order: seconds and bytes of each.</summary>
    public IReadOnlyDictionary<string, (double Seconds, long Bytes)> Stages => _stages;

    /// <summary>Begins to measure.</summary>
    public void Start()
    {
        _bytes = GC.GetAllocatedBytesForCurrentThread();
        _clock.Restart();
    }

    /// <summary>Adds what was done since the last stage.</summary>
    public void Add(ScoringStage stage, int block) => Add(Name(stage, block));

    /// <summary>The same, of a stage that the model does not know.</summary>
    public void Add(string stage)
    {
        var seconds = _clock.Elapsed.TotalSeconds;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - _bytes;
        var (before, held) = _stages.GetValueOrDefault(stage);
        _stages[stage] = (before + seconds, held + bytes);
        Start();
    }

    private static string Name(ScoringStage stage, int block) => stage switch
    {
        ScoringStage.Input => "2 order by length, packing, tensors",
        ScoringStage.Events => "3 vectors of events, indicators",
        ScoringStage.Attention => $"4{block} attention, block {block + 1}",
        ScoringStage.FeedForward => $"4{block} experts, block {block + 1}",
        ScoringStage.Norm => "5 norms, residuals",
        ScoringStage.NextItem => "6 logits, history, best items",
        ScoringStage.Output => "7 copying out",
        _ => "8 disposal of tensors",
    };
}
