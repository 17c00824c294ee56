using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Estimators;

/// <summary>What the encoder gave for a batch that is scored. B users, D model.</summary>
/// <param name="Output">The encoder's output.</param>
/// <param name="Indicators">The indicators in it, in order: 0 is the embedding's, 1 + t is task t's.</param>
/// <param name="Items">The items' vectors.</param>
internal sealed record ScoringStates(ModelOutput Output, List<int> Indicators, ItemEncoder Items)
{
    /// <summary>(B, D): what predicts the next item; <see langword="null"/> if not asked for.</summary>
    public Tensor? Predictors { get; init; }

    /// <summary>(B, D); <see langword="null"/> if not asked for.</summary>
    public Tensor? Embedding => Indicators.Contains(0) ? Indicator(0) : null;

    /// <summary>What the head of task <paramref name="task"/> reads.</summary>
    public TaskInput Input(int task) => new() { Embedding = Indicator(0), Indicator = Indicator(task + 1), Items = Items };

    private Tensor Indicator(int indicator) => Output.Indicators!.select(1, Indicators.IndexOf(indicator));
}
