using System.Text.Json.Nodes;

namespace SuperMoe.ML.Tests.Persistence;

public sealed class ModelDocumentErrorTests
{
    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("\"1\"")]
    [InlineData("1e30")]
    public void An_unknown_version_is_refused_with_the_readable_ones(string version)
    {
        var message = ModelDocuments.Refusal($$"""{ "formatVersion": {{version}}, "something": "new" }""");
        Assert.Contains($"format version {version}", message, StringComparison.Ordinal);
        Assert.Contains("reads version 1", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "tokens")]
    [InlineData("null", "'formatVersion' is missing")]
    [InlineData("{}", "'formatVersion' is missing")]
    [InlineData("[1]", "'formatVersion' is missing")]
    [InlineData("{ \"formatVersion\": 1, ", "invalid")]
    [InlineData("{ \"formatVersion\": 1 }", "'columns'")]
    public void What_is_no_document_is_refused(string json, string reason) =>
        Assert.Contains(reason, ModelDocuments.Refusal(json), StringComparison.Ordinal);

    [Fact]
    public void Every_missing_member_is_named()
    {
        var members = 0;
        Visit(Document(), (parent, name) =>
        {
            if (name is "report" or "kind" or "fingerprint" or "itemFingerprint" or "inBatchNegatives" or "ownNegatives" or "historyWeight" or "itemIdDropout" or "mutualInformationWeight" or "taskRouting" or "sharing" or "sharingExpertSize" or "embeddingPooling" or "wideItems" or "addedTasks") { return; } // may be absent, or its absence is another error
            var value = parent[name];
            parent.Remove(name);
            Assert.Contains(name, ModelDocuments.Refusal(parent.Root.ToJsonString()), StringComparison.Ordinal);
            parent[name] = value;
            members++;
        });
        Assert.InRange(members, 50, 100);
    }

    [Fact]
    public void Every_member_of_the_wrong_type_is_named()
    {
        Visit(Document(), (parent, name) =>
        {
            var value = parent[name];
            parent[name] = new JsonObject { ["wrong"] = new JsonArray(true) };
            if (name != "report") { Assert.Contains(name, ModelDocuments.Refusal(parent.Root.ToJsonString()), StringComparison.Ordinal); }
            parent[name] = value;
        });
    }

    [Theory]
    [InlineData("columns.itemColumn", "\"\"", "columns.itemColumn")]
    [InlineData("columns.itemColumn", "null", "columns.itemColumn")]
    [InlineData("columns.sequenceColumns", "[\"a\",\"a\"]", "columns.sequenceColumns[1]: is 'a'")]
    [InlineData("columns.sequenceColumns", "[null]", "columns.sequenceColumns[0]: is null")]
    [InlineData("tasks.2.wideItems", "-1", "tasks[2].wideItems: is -1, must be 0, or above 0 for a task with labels")]
    [InlineData("tasks.0.wideItems", "3", "tasks[0].wideItems: is 3, must be 0")]
    [InlineData("scoringBatchSize", "0", "scoringBatchSize: is 0, must be at least 1")]
    [InlineData("architecture.hiddenSize", "50", "architecture.hiddenSize: is 50, must be a multiple of heads, 4")]
    [InlineData("architecture.hiddenSize", "1000000", "architecture: The field HiddenSize must be between 8 and 4096")]
    [InlineData("architecture.heads", "0", "architecture: The field Heads must be between")]
    [InlineData("architecture.moe.topK", "6", "architecture.moe.topK: is 6, must be at most experts, 5")]
    [InlineData("architecture.moe.sparseBlocks", "[3]", "architecture.moe.sparseBlocks: is 3, must be from 0 to blocks - 1, 2")]
    [InlineData("architecture.moe.zLossWeight", "\"NaN\"", "architecture.moe: The field ZLossWeight")]
    [InlineData("architecture.moe.taskRouting", "\"magic\"", "$.architecture.moe.taskRouting")]
    [InlineData("schema.itemCount", "0", "schema.itemCount: is 0")]
    [InlineData("schema.itemCount", "2147483648", "schema.itemCount")]
    [InlineData("schema.keyFields", "[null]", "schema.keyFields[0]: is null")]
    [InlineData("schema.keyFields.0.count", "0", "schema.keyFields['Genre'].count: is 0")]
    [InlineData("schema.profileSize", "-1", "schema.profileSize: is -1")]
    [InlineData("tasks", "[]", "tasks: is [], must be not empty")]
    [InlineData("tasks", "[null]", "tasks[0]: is null")]
    [InlineData("tasks.0.kind", "\"magic\"", "magic")]
    [InlineData("tasks.0.topK", "0", "tasks[0]: The field TopK must be between 1 and 10000")]
    [InlineData("tasks.0.loss", "\"magic\"", "$.tasks[0].loss")]
    [InlineData("tasks.0.loss", "1", "$.tasks[0].loss")]
    [InlineData("tasks.0.weight", "-1", "tasks[0].weight: is -1")]
    [InlineData("tasks.1.weight", "\"NaN\"", "tasks[1].weight: is NaN")]
    [InlineData("tasks.1.labelColumn", "\"\"", "tasks[1].labelColumn")]
    [InlineData("tasks.1.name", "\"Gender\"", "tasks[2]: is 'Gender', must be a name that no other has")]
    [InlineData("tasks.2.classes.count", "3", "tasks[2].classes.values: has 2 entries, but count is 3")]
    [InlineData("tasks.2.classes.count", "0", "tasks[2].classes.count: is 0")]
    [InlineData("tasks.2.classes.type", "\"int32\"", "tasks[2].classes.values[0]: 'F' is not of type Int32")]
    [InlineData("tasks.2.classes.type", "\"none\"", "tasks[2].classes.values: must be null")]
    [InlineData("tasks.3.mean", "\"Infinity\"", "tasks[3].mean: is Infinity")]
    [InlineData("tasks.3.standardDeviation", "0", "tasks[3].standardDeviation: is 0")]
    [InlineData("itemAttributes.fields.0.count", "0", "itemAttributes.fields['Brand'].count: is 0")]
    [InlineData("itemAttributes.fields.0.width", "0", "itemAttributes.fields['Brand'].width: is 0")]
    [InlineData("itemAttributes.numberCount", "-1", "itemAttributes.numberCount: is -1")]
    [InlineData("addedTasks", "[null]", "addedTasks[0]: is null")]
    [InlineData("addedTasks.0.adapter", "-1", "addedTasks[0].adapter: is -1, must be from 0 to 4096")]
    [InlineData("addedTasks.0.task.name", "\"Gender\"", "addedTasks[0].task.name: is 'Gender', must be a name that no other has")]
    [InlineData("addedTasks.1.task.name", "\"Income\"", "addedTasks[1].task.name: is 'Income', must be a name that no other has")]
    [InlineData("addedTasks.1.task.labelColumn", "\"\"", "addedTasks[1].task.labelColumn")]
    [InlineData("addedTasks.0.task.standardDeviation", "0", "addedTasks[0].task.standardDeviation: is 0")]
    public void An_impossible_value_is_named(string path, string value, string reason)
    {
        var root = Document();
        JsonNode parent = root;
        var steps = path.Split('.');
        foreach (var step in steps[..^1]) { parent = parent is JsonArray array ? array[step[0] - '0']! : parent[step]!; }
        parent[steps[^1]] = JsonNode.Parse(value);
        Assert.Contains(reason, ModelDocuments.Refusal(root.ToJsonString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_mistakes_are_reported_together()
    {
        var root = Document();
        root["scoringBatchSize"] = 0;
        root["tasks"]![3]!["mean"] = "NaN";
        var message = ModelDocuments.Refusal(root.ToJsonString());
        Assert.Contains("scoringBatchSize", message, StringComparison.Ordinal);
        Assert.Contains("tasks[3].mean", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_added_next_item_task_is_refused()
    {
        var root = Document();
        root["addedTasks"]![0]!["task"] = root["tasks"]![0]!.DeepClone();
        Assert.Contains("addedTasks[0].task.kind: is nextItem", ModelDocuments.Refusal(root.ToJsonString()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_without_a_kind_is_refused()
    {
        var root = Document();
        root["tasks"]![0]!.AsObject().Remove("kind");
        Assert.Contains("TaskDocument", ModelDocuments.Refusal(root.ToJsonString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_and_doubled_members_are_refused()
    {
        var root = Document();
        root["schema"]!["extra"] = 1;
        Assert.Contains("extra", ModelDocuments.Refusal(root.ToJsonString()), StringComparison.Ordinal);
        var doubled = Document().ToJsonString().Replace("\"itemCount\":4", "\"itemCount\":4,\"itemCount\":5", StringComparison.Ordinal);
        Assert.Contains("itemCount", ModelDocuments.Refusal(doubled), StringComparison.Ordinal);
    }

    private static JsonObject Document() => JsonNode.Parse(ModelDocuments.ToJson(ModelDocuments.Full()))!.AsObject();

    /// <summary>Every member of every object, the report's own left out.</summary>
    private static void Visit(JsonNode? node, Action<JsonObject, string> action)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array) { Visit(element, action); }
        }
        if (node is not JsonObject parent) { return; }
        foreach (var name in parent.Select(m => m.Key).ToList())
        {
            if (name != "report") { Visit(parent[name], action); }
            if (name != "formatVersion") { action(parent, name); }
        }
    }
}
