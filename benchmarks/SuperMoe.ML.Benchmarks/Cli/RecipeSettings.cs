using System.CommandLine;

namespace SuperMoe.ML.Benchmarks.Cli;

/// <summary>The options of the command line that make a <see cref="Recipe"/>.</summary>
internal sealed class RecipeSettings(RecipeDefaults defaults)
{
    private static readonly SuperMoeModelOptions s_model = new();
    private static readonly TrainingOptions s_training = new();
    private static readonly Dictionary<string, Precision> s_precisions = new()
    {
        ["auto"] = Precision.Auto,
        ["float32"] = Precision.Float32,
        ["bfloat16"] = Precision.BFloat16,
    };

    private static readonly Dictionary<string, NextItemLoss> s_losses = new()
    {
        ["auto"] = NextItemLoss.Auto,
        ["full"] = NextItemLoss.FullSoftmax,
        ["sampled"] = NextItemLoss.SampledSoftmax,
        ["bce"] = NextItemLoss.BinaryCrossEntropy,
    };

    private readonly Option<int> _seed = Setting.Of("--seed", "Seed of weights, batches, dropout and baselines.", 1);
    private readonly Option<string> _device = Setting.Device();
    private readonly Option<double> _minutes = Setting.Positive("--minutes", "Time limit of training in minutes; evaluation comes after it.", defaults.Minutes);
    private readonly Option<int> _epochs = Setting.AtLeast(1, "--epochs", "Largest number of epochs.", defaults.Epochs);
    private readonly Option<int> _patience = Setting.AtLeast(1, "--patience", "Epochs without a better validation score after which training stops.", s_training.Patience);
    private readonly Option<int> _hidden = Setting.AtLeast(8, "--hidden", "Size of the states of events and indicators.", defaults.Sizes.HiddenSize);
    private readonly Option<int> _blocks = Setting.AtLeast(1, "--blocks", "Transformer blocks.", defaults.Sizes.Blocks);
    private readonly Option<int> _heads = Setting.AtLeast(1, "--heads", "Attention heads.", defaults.Sizes.Heads);
    private readonly Option<int> _feedForward = Setting.AtLeast(8, "--feed-forward", "Hidden size of a feed-forward network, over all experts of a token.", defaults.Sizes.FeedForwardSize);
    private readonly Option<int> _maxLength = Setting.AtLeast(1, "--max-length", "Latest events that the model looks at.", defaults.MaxLength);
    private readonly Option<double> _dropout = Setting.Of("--dropout", "Share of activations dropped in training.", defaults.Dropout);
    private readonly Option<double> _eventDropout = Setting.Of("--event-dropout", "Share of events an indicator token does not see in a training step.", s_model.EventDropout);
    private readonly Option<double> _idDropout = Setting.Of("--item-id-dropout", "Share of item ids left out in training, where items have attributes.", s_model.ItemIdDropout);
    private readonly Option<int> _experts = Setting.AtLeast(1, "--experts", "Experts of a block; 1 is a dense block.", defaults.Sizes.Moe.Experts);
    private readonly Option<int> _topK = Setting.AtLeast(1, "--top-k", "Experts that a token is sent to.", defaults.Sizes.Moe.TopK);
    private readonly Option<int> _batchTokens = Setting.AtLeast(1, "--batch-tokens", "Events of a batch.", s_training.BatchTokens);
    private readonly Option<double> _learningRate = Setting.Positive("--learning-rate", "Peak learning rate of AdamW.", defaults.LearningRate);
    private readonly Option<double> _warmUp = Setting.Of("--warm-up", "Share of all steps in which the learning rate rises.", s_training.WarmUp);
    private readonly Option<double> _final = Setting.Of("--final-learning-rate", "Share of the peak learning rate at the last step.", s_training.FinalLearningRate);
    private readonly Option<double> _weightDecay = Setting.Of("--weight-decay", "Weight decay of AdamW.", s_training.WeightDecay);
    private readonly Option<double> _averaging = Setting.Of("--weight-averaging", "Share of the weights' moving average that a step keeps.", s_training.WeightAveraging);

    private readonly Option<string> _precision = Setting.Of("--precision", "Numbers that training multiplies: auto, float32 or bfloat16.", "auto").Among([.. s_precisions.Keys]);
    private readonly Option<string> _loss = Setting.Of("--loss", "Loss of the next item: auto, full, sampled (softmax) or bce.", "auto").Among([.. s_losses.Keys]);
    private readonly Option<int?> _negatives = Setting.Of<int?>("--negatives", "Negatives of a batch (sampled) or of a position (bce); the library's own number unless given.", null);
    private readonly Option<bool> _inBatch = Setting.Switch("--in-batch", "Whether the batch's targets are negatives too (sampled).");

    private readonly Option<bool> _own = Setting.Of("--own-negatives", "Whether the user's own items are negatives too.", new NextItemTask().OwnNegatives);
    private readonly Option<double> _history = Setting.Of("--history-weight", "How much it counts that the embedding tells events hidden from it.", new NextItemTask().HistoryWeight);
    private readonly Option<TaskBalancing> _balancing = Setting.Of("--balancing", "How the tasks' gradients become one.", s_training.Balancing);
    private readonly Option<double> _labelCounts = Setting.Of("--label-count-exponent", "How far a task's share follows from how many labels it has.", s_training.LabelCountExponent);
    private readonly Option<EmbeddingPooling> _pooling = Setting.Of("--pooling", "What the embedding column has.", s_model.EmbeddingPooling);
    private readonly Option<TaskSharing> _sharing = Setting.Of("--sharing", "How the tasks share the encoder.", s_model.Sharing);

    private readonly Option<TaskRouting> _routing = Setting.Of("--task-routing", "What routers know of tasks.", s_model.Moe.TaskRouting);
    private readonly Option<double> _information = Setting.Of("--mutual-information", "Weight of the information of tasks and experts.", s_model.Moe.MutualInformationWeight);
    private readonly Option<bool> _wide = Setting.Switch("--wide", "Whether labelled tasks have wide parts beside the network.");

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _seed, _device, _minutes, _epochs, _patience, _hidden, _blocks, _heads, _feedForward, _maxLength, _dropout, _eventDropout, _idDropout, _experts, _topK, _batchTokens,
            _learningRate, _warmUp, _final, _weightDecay, _averaging, _precision, _loss, _negatives, _inBatch, _own, _history, _balancing, _labelCounts, _pooling, _sharing, _routing, _information, _wide,
        ];
        foreach (var option in all) { command.Options.Add(option); }
    }

    public Recipe Read(ParseResult line) => new()
    {
        Seed = line.GetValue(_seed),
        Device = line.GetValue(_device)!,
        Minutes = line.GetValue(_minutes),
        Epochs = line.GetValue(_epochs),
        Patience = line.GetValue(_patience),
        HiddenSize = line.GetValue(_hidden),
        Blocks = line.GetValue(_blocks),
        Heads = line.GetValue(_heads),
        FeedForward = line.GetValue(_feedForward),
        MaxLength = line.GetValue(_maxLength),
        Dropout = line.GetValue(_dropout),
        EventDropout = line.GetValue(_eventDropout),
        ItemIdDropout = line.GetValue(_idDropout),
        Experts = line.GetValue(_experts),
        TopK = line.GetValue(_topK),
        BatchTokens = line.GetValue(_batchTokens),
        LearningRate = line.GetValue(_learningRate),
        WarmUp = line.GetValue(_warmUp),
        FinalLearningRate = line.GetValue(_final),
        WeightDecay = line.GetValue(_weightDecay),
        WeightAveraging = line.GetValue(_averaging),
        Precision = s_precisions[line.GetValue(_precision)!],
        Loss = s_losses[line.GetValue(_loss)!],
        Negatives = line.GetValue(_negatives),
        InBatchNegatives = line.GetValue(_inBatch),
        OwnNegatives = line.GetValue(_own),
        HistoryWeight = line.GetValue(_history),
        Balancing = line.GetValue(_balancing),
        LabelCountExponent = line.GetValue(_labelCounts),
        Pooling = line.GetValue(_pooling),
        Sharing = line.GetValue(_sharing),
        TaskRouting = line.GetValue(_routing),
        MutualInformation = line.GetValue(_information),
        Wide = line.GetValue(_wide),
    };
}
