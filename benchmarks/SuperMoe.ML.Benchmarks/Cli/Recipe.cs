using Microsoft.ML;
using SuperMoe.ML.Benchmarks.MultiTask;

namespace SuperMoe.ML.Benchmarks.Cli;

/// <summary>The architecture and the training that the command line asks for.</summary>
internal sealed record Recipe
{
    public required int Seed { get; init; }

    public required string Device { get; init; }

    public required double Minutes { get; init; }

    public required int Epochs { get; init; }

    public required int Patience { get; init; }

    public required int HiddenSize { get; init; }

    public required int Blocks { get; init; }

    public required int Heads { get; init; }

    public required int FeedForward { get; init; }

    public required int MaxLength { get; init; }

    public required double Dropout { get; init; }

    public required double EventDropout { get; init; }

    public required double ItemIdDropout { get; init; }

    public required int Experts { get; init; }

    public required int TopK { get; init; }

    public required int BatchTokens { get; init; }

    public required double LearningRate { get; init; }

    public required double WarmUp { get; init; }

    public required double FinalLearningRate { get; init; }

    public required double WeightDecay { get; init; }

    public required double WeightAveraging { get; init; }

    public required Precision Precision { get; init; }

    public required NextItemLoss Loss { get; init; }

    public required int? Negatives { get; init; }

    public required bool InBatchNegatives { get; init; }

    public required bool OwnNegatives { get; init; }

    public required double HistoryWeight { get; init; }

    public required TaskBalancing Balancing { get; init; }

    public required double LabelCountExponent { get; init; }

    public required EmbeddingPooling Pooling { get; init; }

    public required TaskSharing Sharing { get; init; }

    public required TaskRouting TaskRouting { get; init; }

    public required double MutualInformation { get; init; }

    public required bool Wide { get; init; }

    /// <summary>A context with the seed and the device.</summary>
    public MLContext Context() => Contexts.Of(Seed, Device);

    /// <summary>The next-item task.</summary>
    public NextItemTask NextItem() => new() { Loss = Loss, Negatives = Negatives, InBatchNegatives = InBatchNegatives, OwnNegatives = OwnNegatives, HistoryWeight = HistoryWeight };

    /// <summary>Some of the tasks of a protocol, as the recipe wants them.</summary>
    /// <exception cref="TaskNameException">A name is no task's.</exception>
    public IReadOnlyList<SuperMoeTask> Tasks(IMultiTaskProtocol protocol, IReadOnlyList<string> names)
    {
        var tasks = TaskChoice.Of(protocol.Tasks(NextItem()), names);
        foreach (var task in tasks.OfType<LabeledTask>()) { task.Wide &= Wide; }
        return tasks;
    }

    /// <summary>The architecture, for <see cref="SuperMoeOptions.Model"/>.</summary>
    public SuperMoeModelOptions Model() => new()
    {
        HiddenSize = HiddenSize,
        Blocks = Blocks,
        Heads = Heads,
        FeedForwardSize = FeedForward,
        MaxLength = MaxLength,
        Dropout = Dropout,
        EventDropout = EventDropout,
        ItemIdDropout = ItemIdDropout,
        Moe = new MoeOptions { Experts = Experts, TopK = Experts == 1 ? 1 : TopK, TaskRouting = TaskRouting, MutualInformationWeight = MutualInformation },
        EmbeddingPooling = Pooling,
        Sharing = Sharing,
    };

    /// <summary>How to train, for <see cref="SuperMoeOptions.Training"/>: every user's last event is the validation target.</summary>
    /// <param name="limit">The time limit of this training.</param>
    /// <param name="progress">Who hears of it.</param>
    public TrainingOptions Training(TimeSpan limit, IProgress<TrainingProgress> progress) => new()
    {
        Epochs = Epochs,
        Patience = Patience,
        BatchTokens = BatchTokens,
        LearningRate = LearningRate,
        WarmUp = WarmUp,
        FinalLearningRate = FinalLearningRate,
        WeightDecay = WeightDecay,
        WeightAveraging = WeightAveraging,
        Precision = Precision,
        Balancing = Balancing,
        LabelCountExponent = LabelCountExponent,
        ValidationFraction = 0,
        LeaveLastEventOut = true,
        TimeLimit = limit,
        Progress = progress,
    };
}
