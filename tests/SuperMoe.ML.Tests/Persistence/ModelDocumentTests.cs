using System.Globalization;
using System.Text.Json.Nodes;
using SuperMoe.ML.Data;
using SuperMoe.ML.Persistence;

namespace SuperMoe.ML.Tests.Persistence;

public sealed class ModelDocumentTests
{
    [Fact]
    public void A_full_document_comes_back_the_same()
    {
        var json = ModelDocuments.ToJson(ModelDocuments.Full());
        var restored = ModelDocuments.FromJson(json);
        Assert.Equal(json, ModelDocuments.ToJson(restored));
        Assert.Equivalent(ModelDocuments.Full() with { Report = null }, restored with { Report = null }, strict: true);
        Assert.Equal(35.1 / 3, Assert.IsType<RegressionTaskDocument>(restored.Tasks[3]).Mean);
        Assert.Equal(double.Epsilon, ((RegressionTaskDocument)restored.Tasks[3]).StandardDeviation);
    }

    [Fact]
    public void A_document_with_the_least_comes_back_the_same()
    {
        var document = new ModelDocument
        {
            Columns = new ColumnsDocument("I", [], null, null, "E"),
            ScoringBatchSize = 1,
            Architecture = ArchitectureDocument.From(new SuperMoeModelOptions()),
            Schema = new BehaviorSchema(1, [], [], false, 0),
            Tasks = [NextItemTaskDocument.From(new NextItemTask())],
            ItemAttributes = null,
        };
        Assert.Equivalent(document, ModelDocuments.FromJson(ModelDocuments.ToJson(document)), strict: true);
    }

    [Fact]
    public void One_expert_comes_back_whatever_TopK()
    {
        var options = new SuperMoeModelOptions { Moe = new MoeOptions { Experts = 1, TopK = 2 } };
        var document = ModelDocuments.Full() with { Architecture = ArchitectureDocument.From(options) };
        var restored = ModelDocuments.FromJson(ModelDocuments.ToJson(document)).Architecture.ToOptions();
        Assert.Equal((1, 2), (restored.Moe.Experts, restored.Moe.TopK));
    }

    [Fact]
    public void The_report_comes_back_with_its_special_numbers()
    {
        var element = ModelDocuments.FromJson(ModelDocuments.ToJson(ModelDocuments.Full())).Report!.Value;
        var report = ModelJson.FromElement<TrainingReport>(element);
        Assert.Equivalent(ModelDocuments.Report(), report, strict: true);
        Assert.True(double.IsNaN(report.Epochs[0].ValidationScore));
        Assert.Equal(double.NegativeInfinity, report.Epochs[0].Tasks["Age"].Metrics["R2"]);
        Assert.Equal(0.1 + 0.2, report.Epochs[0].Loss);
    }

    [Fact]
    public void Every_option_of_the_architecture_comes_back()
    {
        var restored = ModelDocuments.FromJson(ModelDocuments.ToJson(ModelDocuments.Full())).Architecture.ToOptions();
        AssertSameAndNotDefault(ModelDocuments.Architecture(), restored, new SuperMoeModelOptions(), nameof(SuperMoeModelOptions.Moe));
        AssertSameAndNotDefault(ModelDocuments.Architecture().Moe, restored.Moe, new MoeOptions());
    }

    [Fact]
    public void A_document_from_before_negatives_of_the_batch_has_none()
    {
        var root = JsonNode.Parse(ModelDocuments.ToJson(ModelDocuments.Full()))!;
        Assert.True(root["tasks"]![0]!.AsObject().Remove("inBatchNegatives"));
        var task = Assert.IsType<NextItemTask>(ModelDocuments.FromJson(root.ToJsonString()).Tasks[0].ToTask());
        Assert.Equal((99, false), (task.Negatives, task.InBatchNegatives));
    }

    [Fact]
    public void A_document_from_before_the_information_of_tasks_and_experts_has_a_weight_of_0()
    {
        var root = JsonNode.Parse(ModelDocuments.ToJson(ModelDocuments.Full()))!;
        Assert.True(root["architecture"]!["moe"]!.AsObject().Remove("mutualInformationWeight"));
        Assert.Equal(0, ModelDocuments.FromJson(root.ToJsonString()).Architecture.ToOptions().Moe.MutualInformationWeight);
    }

    [Fact]
    public void A_document_from_before_routing_by_task_has_one_router_for_all()
    {
        var root = JsonNode.Parse(ModelDocuments.ToJson(ModelDocuments.Full()))!;
        Assert.True(root["architecture"]!["moe"]!.AsObject().Remove("taskRouting"));
        Assert.Equal(TaskRouting.Shared, ModelDocuments.FromJson(root.ToJsonString()).Architecture.ToOptions().Moe.TaskRouting);
    }

    [Fact]
    public void A_document_from_before_the_choice_has_own_items_for_negatives()
    {
        var document = ModelDocuments.Full();
        var task = (NextItemTask)document.Tasks[0].ToTask();
        task.OwnNegatives = false;
        var root = JsonNode.Parse(ModelDocuments.ToJson(document with { Tasks = [NextItemTaskDocument.From(task), .. document.Tasks.Skip(1)] }))!;
        Assert.False(Restored().OwnNegatives);
        Assert.True(root["tasks"]![0]!.AsObject().Remove("ownNegatives"));
        Assert.True(Restored().OwnNegatives);

        NextItemTask Restored() => (NextItemTask)ModelDocuments.FromJson(root.ToJsonString()).Tasks[0].ToTask();
    }

    [Fact]
    public void A_document_from_before_histories_counted_has_no_weight_for_them()
    {
        var root = JsonNode.Parse(ModelDocuments.ToJson(ModelDocuments.Full()))!;
        Assert.Equal(0.25, Weight());
        Assert.True(root["tasks"]![0]!.AsObject().Remove("historyWeight"));
        Assert.Equal(0, Weight());

        double Weight() => ((NextItemTask)ModelDocuments.FromJson(root.ToJsonString()).Tasks[0].ToTask()).HistoryWeight;
    }

    [Fact]
    public void A_document_from_before_the_dropout_of_item_ids_has_a_tenth()
    {
        var root = JsonNode.Parse(ModelDocuments.ToJson(ModelDocuments.Full()))!;
        Assert.True(root["architecture"]!.AsObject().Remove("itemIdDropout"));
        Assert.Equal(0.1, ModelDocuments.FromJson(root.ToJsonString()).Architecture.ToOptions().ItemIdDropout);
    }

    [Fact]
    public void Every_option_of_the_tasks_comes_back()
    {
        var tasks = ModelDocuments.FromJson(ModelDocuments.ToJson(ModelDocuments.Full())).Tasks.Select(t => t.ToTask()).ToList();
        AssertSameAndNotDefault(
            new NextItemTask { TopK = 7, ExcludeHistory = false, Loss = NextItemLoss.SampledSoftmax, Negatives = 99, InBatchNegatives = false, OwnNegatives = true, HistoryWeight = 0.25, Weight = 0.1 },
            tasks[0], new NextItemTask(), nameof(SuperMoeTask.Name));
        AssertSameAndNotDefault(
            new BinaryTask("Churned") { CandidateColumn = "Candidate", Name = "Churn", Weight = 2 },
            tasks[1], new BinaryTask("?"), nameof(LabeledTask.Wide)); // only training reads it
        AssertSameAndNotDefault(
            new MulticlassTask("Gender") { LabelSmoothing = 0.05 }, tasks[2], new MulticlassTask("?") { Weight = 9 }, nameof(LabeledTask.Wide));
        AssertSameAndNotDefault(new RegressionTask("Age"), tasks[3], new RegressionTask("?") { Weight = 9 }, nameof(LabeledTask.Wide));
    }

    [Fact]
    public void The_text_is_indented_lines_of_utf8_in_any_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            var json = ModelDocuments.ToJson(ModelDocuments.Full());
            Assert.StartsWith("{\n  \"formatVersion\": 1,\n  \"columns\": {\n    \"itemColumn\": \"MovieId\"", json, StringComparison.Ordinal);
            Assert.Contains("\"kind\": \"nextItem\"", json, StringComparison.Ordinal);
            Assert.Contains("\"loss\": \"sampledSoftmax\"", json, StringComparison.Ordinal);
            Assert.Contains("\"男\"", json, StringComparison.Ordinal);
            Assert.Contains("\"weight\": 0.1", json, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', json);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Members_may_stand_in_any_order()
    {
        var root = JsonNode.Parse(ModelDocuments.ToJson(ModelDocuments.Full()))!.AsObject();
        var json = Reversed(root).ToJsonString();
        Assert.Equal(ModelDocuments.ToJson(ModelDocuments.Full()), ModelDocuments.ToJson(ModelDocuments.FromJson(json)));
    }

    private static JsonNode Reversed(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(o.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Key is "report" or null ? m.Value?.DeepClone() : m.Value is { } v ? Reversed(v) : null))),
        JsonArray a => new JsonArray(a.Select(e => e is null ? null : Reversed(e)).ToArray()),
        _ => node.DeepClone(),
    };

    /// <summary>Compares all public properties, so that one added later and not saved is noticed: its default would come back.</summary>
    private static void AssertSameAndNotDefault(object expected, object actual, object other, params string[] sameAsOther)
    {
        Assert.Equal(expected.GetType(), actual.GetType());
        foreach (var property in expected.GetType().GetProperties())
        {
            var value = property.GetValue(expected);
            if (!sameAsOther.Contains(property.Name)) { Assert.NotEqual(property.GetValue(other), value); }
            if (!property.PropertyType.IsClass || value is string) { Assert.Equal(value, property.GetValue(actual)); }
        }
    }
}
