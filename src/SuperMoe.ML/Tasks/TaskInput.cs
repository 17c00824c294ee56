using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>What the encoder gives a head. N events, B users, D model.</summary>
internal sealed class TaskInput
{
    /// <summary>(N, D): events' final states; <see langword="null"/> where no head needs them.</summary>
    public Tensor? Events { get; init; }

    /// <summary>(B, D): the universal embedding.</summary>
    public required Tensor Embedding { get; init; }

    /// <summary>(B, D): the task's own indicator; <see langword="null"/> where tasks have none.</summary>
    public Tensor? Indicator { get; init; }

    /// <summary>(B, O): what the raw outputs of a task that was added to a trained model begin with; <see langword="null"/> for 0.</summary>
    public Tensor? Beginning { get; init; }

    /// <summary>The items' vectors.</summary>
    public required ItemEncoder Items { get; init; }

    /// <summary>(V + 1, D): all items' vectors, where somebody has computed them already.</summary>
    public Tensor? AllItems { get; init; }

    /// <summary>(B · L) float32, by places: 1 where the embedding missed an event of <see cref="Sequence"/>; <see langword="null"/> where it missed none.</summary>
    public Tensor? Hidden { get; init; }

    /// <summary>What was encoded; needed by a head with a wide part where it predicts, and with <see cref="Hidden"/>.</summary>
    public SequenceInput? Sequence { get; init; }

    /// <summary>Dropout; <see langword="null"/> in inference.</summary>
    public RandomSource? Random { get; init; }
}
