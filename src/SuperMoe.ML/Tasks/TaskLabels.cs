using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>The labels of a batch that are present for one task: the task indicators m(n, t) as a list of the users or events where m is 1.</summary>
/// <param name="Rows">(m) int64: users of a labelled task, events of the next-item task.</param>
/// <param name="Values">(m): labels, float32; for the next-item task target items, int64.</param>
/// <param name="Candidates">(m) int64: the items that labels are about; <see langword="null"/> without.</param>
internal sealed record TaskLabels(Tensor Rows, Tensor Values, Tensor? Candidates = null)
{
    /// <summary>m.</summary>
    public int Count => (int)Rows.shape[0];

    /// <summary>Next item: (e) int64 users whose following item the embedding and the task's indicator also learn, and (e) int64 those items.</summary>
    public (Tensor Users, Tensor Items)? Ends { get; init; }

    /// <summary>Next item: (G, W) int64 items that do not count against a target, and (terms) int64 which of these lists is a term's; <see langword="null"/> for none.</summary>
    public (Tensor Items, Tensor Lists)? Own { get; init; }

    /// <summary>How many terms the task's mean loss has: the labels, and <see cref="Ends"/>.</summary>
    public long Terms => Rows.shape[0] + (Ends is { } ends ? ends.Users.shape[0] : 0);

    /// <summary>Next item: int64 targets of the whole batch, where these labels are of a part of it; they may serve as negatives.</summary>
    public Tensor? BatchItems { get; init; }

    /// <summary>Next item: int64 items drawn as negatives, (S) for all positions or (n, S) for each; <see langword="null"/> for the full softmax.</summary>
    public Tensor? Negatives { get; init; }
}
