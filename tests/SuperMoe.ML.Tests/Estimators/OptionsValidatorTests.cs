using SuperMoe.ML.Estimators;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class OptionsValidatorTests
{
    [Fact]
    public void History_weight_needs_hidden_events_and_a_softmax()
    {
        var options = new SuperMoeOptions { ItemColumn = "Item", Tasks = [new NextItemTask { HistoryWeight = 0.5, Loss = NextItemLoss.BinaryCrossEntropy }] };
        options.Model.EventDropout = 0;
        Assert.Equal(
            [
                "HistoryWeight of task 'NextItem' is 0.5 and Model.EventDropout is 0, which hides no events from the embedding; allowed is a dropout above 0, or a weight of 0.",
                "HistoryWeight of task 'NextItem' is 0.5 and its Loss BinaryCrossEntropy; allowed is another loss, or a weight of 0.",
            ],
            OptionsValidator.Validate(options));
        options.Tasks = [new NextItemTask { HistoryWeight = 101 }];
        Assert.Contains("Tasks[0].HistoryWeight is 101; allowed is 0 to 100.", OptionsValidator.Validate(options));
    }

    [Fact]
    public void Validate_for_right_options_finds_nothing()
    {
        Assert.Empty(OptionsValidator.Validate(SampleUsers.Options()));
        Assert.Empty(OptionsValidator.Validate(new SuperMoeOptions { ItemColumn = "Item", Tasks = [new NextItemTask()] }));
    }

    [Fact]
    public void Presets_are_right_once_columns_and_tasks_are_set()
    {
        foreach (var preset in (SuperMoeOptions[])[SuperMoeOptions.Tiny(), SuperMoeOptions.Base(), SuperMoeOptions.ShortHistories()])
        {
            (preset.ItemColumn, preset.Tasks) = ("Item", [new NextItemTask()]);
            Assert.Empty(OptionsValidator.Validate(preset));
        }
    }

    [Fact]
    public void Validate_without_experts_asks_nothing_of_their_sizes()
    {
        var options = SampleUsers.Options();
        options.Model.Moe.Experts = 1;
        (options.Model.HiddenSize, options.Model.FeedForwardSize) = (34, 99);
        Assert.Empty(OptionsValidator.Validate(options));
    }

    [Fact]
    public void Validate_for_many_mistakes_finds_them_all()
    {
        var options = SampleUsers.Options();
        options.Model.HiddenSize = 33;
        options.Model.Heads = 0;
        options.Model.Moe.TopK = 9;
        options.Training.LearningRate = double.NaN;
        options.Training.WarmUp = -1;
        options.ScoringBatchSize = 70_000;
        options.ItemColumn = " ";
        var mistakes = OptionsValidator.Validate(options);
        foreach (var expected in new[] { "Model.Heads is 0", "Model.Moe.TopK is 9", "Training.LearningRate is NaN", "Training.WarmUp is -1", "ScoringBatchSize is 70,000", "ItemColumn is ' '" })
        {
            Assert.Contains(mistakes, m => m.StartsWith(expected, StringComparison.Ordinal));
        }
        Assert.Contains("ScoringBatchSize is 70,000; allowed is 1 to 65,536.", mistakes);
    }

    public static TheoryData<string, Action<SuperMoeOptions>> Mistakes => new()
    {
        { "Model.HiddenSize is 32; allowed is a multiple of Model.Heads, which is 3.", o => o.Model.Heads = 3 },
        { "Model.HiddenSize is 34; allowed with experts is a multiple of 4.", o => o.Model.HiddenSize = 34 },
        { "Model.Moe.TopK is 5; allowed is at most Model.Moe.Experts, which is 4.", o => (o.Model.Moe.TopK, o.Model.FeedForwardSize) = (5, 60) },
        { "Model.FeedForwardSize is 68; allowed with experts is a multiple of 4 times Model.Moe.TopK, which is 2.", o => o.Model.FeedForwardSize = 68 },
        { "Model.Moe.SparseBlocks has 1; allowed is 0 to 0, since Model.Blocks is 1.", o => o.Model.Moe.SparseBlocks = [0, 1] },
        { "Model.Moe.SparseBlocks has 0 more than once.", o => o.Model.Moe.SparseBlocks = [0, 0] },
        { "Model.EmbeddingPooling is 2; allowed is Indicator, IndicatorAndEvents.", o => o.Model.EmbeddingPooling = (EmbeddingPooling)2 },
        { "Model.Sharing is 4; allowed is Indicators, SharedBottom, Mmoe, Ple.", o => o.Model.Sharing = (TaskSharing)4 },
        {
            "Model.Moe.TaskRouting is Conditioned; allowed with Model.Sharing Ple, where tasks have no tokens, is Shared.",
            o => (o.Model.Moe.TaskRouting, o.Model.Sharing) = (TaskRouting.Conditioned, TaskSharing.Ple)
        },
        {
            "Model.Moe.TaskRouting is Conditioned; allowed with Model.Moe.Experts 1, where nothing is routed, is Shared.",
            o => (o.Model.Moe.TaskRouting, o.Model.Moe.Experts) = (TaskRouting.Conditioned, 1)
        },
        {
            "Model.Moe.BiasStep is 0; allowed with Model.Moe.TaskRouting SelectionBias, whose biases move by it, is 0 (exclusive) to 1.",
            o => (o.Model.Moe.TaskRouting, o.Model.Moe.BiasStep) = (TaskRouting.SelectionBias, 0)
        },
        {
            "Training.LeaveLastEventOut is True; allowed without a NextItemTask is False.",
            o => (o.Tasks, o.Training.LeaveLastEventOut) = ([new BinaryTask("Churned")], true)
        },
        { "Model.SharingExpertSize is 0; allowed is 1 to 65,536.", o => o.Model.SharingExpertSize = 0 },
        { "Model is null; it is required.", o => o.Model = null! },
        { "Model.Moe is null; it is required.", o => o.Model.Moe = null! },
        { "Training is null; it is required.", o => o.Training = null! },
        { "Tasks is null; it is required.", o => o.Tasks = null! },
        { "Tasks[1] is null; it is required.", o => o.Tasks[1] = null! },
        { "SequenceColumns is null; it is required.", o => o.SequenceColumns = null! },
        { "SequenceColumns has 'Action' more than once.", o => o.SequenceColumns = ["Action", "Action"] },
        { "SequenceColumns has the ItemColumn 'Item', which is read already.", o => o.SequenceColumns = ["Item"] },
        { "ValidationColumn is ''; allowed is a column's name, or null for none.", o => o.ValidationColumn = "" },
        { "Tasks is empty; at least one task is required.", o => o.Tasks = [] },
        { "Tasks has more than one NextItemTask; allowed is one.", o => o.Tasks = [new NextItemTask(), new NextItemTask { Name = "Other" }] },
        { "Tasks has more than one task with the name 'Age'; names are unique.", o => o.Tasks[1].Name = "Age" },
        { "Tasks[1].Name is ''; a name is required.", o => o.Tasks[1].Name = "" },
        { "Tasks[1].Weight is 0; allowed is 0 (exclusive) to 1,000,000.", o => o.Tasks[1].Weight = 0 },
        { "Tasks[1].Weight is NaN; allowed is 0 (exclusive) to 1,000,000.", o => o.Tasks[1].Weight = double.NaN },
        { "Tasks[0].TopK is 0; allowed is 1 to 10,000.", o => ((NextItemTask)o.Tasks[0]).TopK = 0 },
        { "Tasks[0].Loss is 7; allowed is Auto, FullSoftmax, SampledSoftmax, BinaryCrossEntropy.", o => ((NextItemTask)o.Tasks[0]).Loss = (NextItemLoss)7 },
        { "Tasks[1].LabelColumn is null; a column's name is required.", o => ((LabeledTask)o.Tasks[1]).LabelColumn = null! },
        { "Two outputs have the name 'Age.Score'; change EmbeddingColumn or a task's Name.", o => o.EmbeddingColumn = "Age.Score" },
        { "EmbeddingColumn is 'Item', which is also a column that is read; choose another name.", o => o.EmbeddingColumn = "Item" },
        { "Training.EarlyStoppingTask is 'None'; allowed is the name of a task ('NextItem', 'Gender', 'Age', 'Churned', 'Liked'), or null.", o => o.Training.EarlyStoppingTask = "None" },
        { "Training.TimeLimit is 00:00:00; allowed is more than zero, or null for no limit.", o => o.Training.TimeLimit = TimeSpan.Zero },
        { "Training.TableOptimizer is 9; allowed is LazyAdam, RowWiseAdagrad.", o => o.Training.TableOptimizer = (TableOptimizer)9 },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Validate_for_one_mistake_names_option_value_and_range(string expected, Action<SuperMoeOptions> spoil)
    {
        var options = SampleUsers.Options();
        spoil(options);
        Assert.Equal([expected], OptionsValidator.Validate(options));
    }

    [Fact]
    public void Validate_for_one_expert_ignores_k()
    {
        var options = SampleUsers.Options();
        options.Model.Moe.Experts = 1;
        Assert.Empty(OptionsValidator.Validate(options));
    }
}
