using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Sharing;

/// <summary>
/// Makes what tasks share behind the encoder, of a size that leaves the heads' side as large as it is with indicators. D model, T tasks, U of them with labels, E experts
/// of H hidden units in all layers together.
/// </summary>
internal static class SharingPlan
{
    private const int LeastPart = 4; // of D

    /// <summary>The task mixtures; <see langword="null"/> where tasks have indicators.</summary>
    public static TaskMixtures? Of(SuperMoeModelOptions options, IReadOnlyList<SuperMoeTask> tasks, Generator generator)
    {
        var (size, count, dropout) = (options.HiddenSize, tasks.Count, options.Dropout);
        var hidden = options.SharingExpertSize ?? ExpertSize(options, tasks);
        return options.Sharing switch
        {
            TaskSharing.Indicators => null,
            TaskSharing.SharedBottom => new SharedBottom(size, hidden, dropout, generator),
            TaskSharing.Mmoe => new MultiGateExperts(size, hidden, count + 1, count, dropout, generator),
            TaskSharing.Ple => new ProgressiveExtraction(size, hidden, count, dropout, generator),
            var other => throw new ArgumentException($"Unknown sharing {other}.", nameof(options)),
        };
    }

    /// <summary>
    /// H where it is not chosen. Saved models rely on it. With indicators a labelled task's head reads the embedding beside the task's own state, which are D² weights
    /// more, and each task has a token of D: U·D² + T·D are to be had, of which gates take their part and experts 2·D·H each.
    /// </summary>
    public static int ExpertSize(SuperMoeModelOptions options, IReadOnlyList<SuperMoeTask> tasks)
    {
        long size = options.HiddenSize, labelled = tasks.Count(t => t is LabeledTask), count = tasks.Count;
        var (experts, gates) = options.Sharing switch
        {
            TaskSharing.Mmoe => (count + 1, count * (count + 1)),
            TaskSharing.Ple => (ProgressiveExtraction.Layers * (count + 1), (ProgressiveExtraction.Layers * 2 * count) + count + 1),
            _ => (1, 0L),
        };
        var fair = ((labelled * size) + count - gates) / (2.0 * experts); // all divided by D
        return (int)Math.Ceiling(Math.Max(fair, (double)size / LeastPart));
    }
}
