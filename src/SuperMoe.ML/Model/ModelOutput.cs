using SuperMoe.ML.Model.MoE;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>The final states. N events, B users, T indicators that were asked for, D model.</summary>
/// <param name="Events">(N, D), or (B, D) if only each user's latest was asked for; <see langword="null"/> if none was.</param>
/// <param name="Indicators">(B, T, D), in the order asked for; <see langword="null"/> if none was.</param>
/// <param name="Routers">Per sparse block: its index and what its router did.</param>
internal sealed record ModelOutput(Tensor? Events, Tensor? Indicators, IReadOnlyList<(int Block, RouterOutput Router)> Routers)
{
    /// <summary>Per entry of <see cref="Routers"/>: (B, T, L + 1), how much each indicator looks at each event of its user and, last, at itself, without gradient; empty if it was not asked for.</summary>
    public IReadOnlyList<Tensor> Looks { get; init; } = [];

    /// <summary>(B · L) float32, by places of the padded events: 1 where the first indicator missed an event; <see langword="null"/> where it missed none.</summary>
    public Tensor? Hidden { get; init; }

    /// <summary>(B, D): the sum of the events' vectors as they enter the first block over the root of their number, 0 without events; <see langword="null"/> if it was not asked for.</summary>
    public Tensor? Pooled { get; init; }

    /// <summary>What tokens that are computed later look at; <see langword="null"/> if it was not asked for.</summary>
    public SeenEvents? Seen { get; init; }
}
