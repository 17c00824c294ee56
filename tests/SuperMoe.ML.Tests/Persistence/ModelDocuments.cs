using System.Text;
using SuperMoe.ML.Data;
using SuperMoe.ML.Persistence;

namespace SuperMoe.ML.Tests.Persistence;

/// <summary>A document that uses every member, and its way through JSON.</summary>
internal static class ModelDocuments
{
    public static ModelDocument Full() => new()
    {
        Columns = new ColumnsDocument("MovieId", ["Genre", "Amount"], "Timestamp", "Profile", "Embedding"),
        ScoringBatchSize = 128,
        Architecture = ArchitectureDocument.From(Architecture()),
        Schema = new BehaviorSchema(4, [new KeyField("Genre", 18)], ["Amount"], true, 3),
        Tasks =
        [
            NextItemTaskDocument.From(new NextItemTask { TopK = 7, ExcludeHistory = false, Loss = NextItemLoss.SampledSoftmax, Negatives = 99, InBatchNegatives = false, OwnNegatives = true, HistoryWeight = 0.25, Weight = 0.1 }),
            BinaryTaskDocument.From(new BinaryTask("Churned") { CandidateColumn = "Candidate", Name = "Churn", Weight = 2 }),
            MulticlassTaskDocument.From(
                new MulticlassTask("Gender") { LabelSmoothing = 0.05 }, KeyValuesDocument.From(new[] { "F".AsMemory(), "男".AsMemory() })) with { WideItems = 7 },
            RegressionTaskDocument.From(new RegressionTask("Age"), 35.1 / 3, double.Epsilon),
        ],
        AddedTasks =
        [
            new AddedTaskDocument(RegressionTaskDocument.From(new RegressionTask("Income"), 3.5, 0.25), 16, ModelJson.ToElement(Added())),
            new AddedTaskDocument(BinaryTaskDocument.From(new BinaryTask("Owner") { CandidateColumn = "Candidate" }), 0, ModelJson.ToElement(Added())),
        ],
        ItemAttributes = new ItemAttributesDocument([new AttributeFieldDocument("Brand", 12, 34)], 2),
        Report = ModelJson.ToElement(Report()),
    };

    /// <summary>No property has its default.</summary>
    public static SuperMoeModelOptions Architecture() => new()
    {
        HiddenSize = 48,
        Blocks = 3,
        Heads = 4,
        MaxLength = 77,
        FeedForwardSize = 96,
        Dropout = 1.0 / 3,
        EventDropout = 1.0 / 7,
        ItemTableRows = 1234,
        ItemIdDropout = 0.25,
        Sharing = TaskSharing.Ple,
        SharingExpertSize = 11,
        EmbeddingPooling = EmbeddingPooling.Indicator,
        Moe = new MoeOptions
        {
            Experts = 5,
            TopK = 3,
            SparseBlocks = [0, 2],
            SharedExpert = true,
            BiasStep = 0.25,
            BalanceLossWeight = 0.7,
            ZLossWeight = 1e-7,
            MutualInformationWeight = 0.3,
            TaskRouting = TaskRouting.SelectionBias,
        },
    };

    public static TrainingReport Report() => new(
        [
            new EpochReport(
                1, 1e-3, 0.1 + 0.2, double.NaN,
                new Dictionary<string, TaskReport> { ["Age"] = new(0.5, double.NaN, new Dictionary<string, double> { ["R2"] = double.NegativeInfinity }) { Weight = 0.75, WideShare = 1.25, NetworkShare = 0.5 } },
                1.5, 0, 1e6),
        ],
        1, true, 1L << 40, [new ExpertLoad(0, ["Events"], [[0.25, 0.75]])], 12.5);

    public static FitTaskReport Added() => new("Income", 77, 4, 1.0 / 3, new Dictionary<string, double> { ["R2"] = double.NegativeInfinity }, 1L << 33, 1.5);

    public static string ToJson(ModelDocument document)
    {
        using var stream = new MemoryStream();
        document.Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static ModelDocument FromJson(string json) => ModelDocument.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    public static string Refusal(string json) => Assert.Throws<InvalidDataException>(() => FromJson(json)).Message;
}
