using System.ComponentModel.DataAnnotations;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Persistence;

/// <summary>Whether a document makes sense: every mistake with the path of its member, all of them in one error.</summary>
internal sealed class ModelDocumentChecks
{
    private readonly List<string> _mistakes = [];

    private ModelDocumentChecks()
    {
    }

    /// <exception cref="InvalidDataException">A member has a value it cannot have.</exception>
    public static void Check(ModelDocument document)
    {
        var checks = new ModelDocumentChecks();
        checks.Columns(document.Columns);
        checks.Require(document.ScoringBatchSize >= 1, "scoringBatchSize", document.ScoringBatchSize, "at least 1");
        checks.Architecture(document.Architecture);
        checks.Schema(document.Schema);
        checks.Tasks(document.Tasks);
        checks.AddedTasks(document.AddedTasks ?? [], document.Tasks);
        if (document.ItemAttributes is { } attributes) { checks.Attributes(attributes); }
        if (checks._mistakes.Count > 0)
        {
            throw new InvalidDataException($"The model's description is invalid: {string.Join(" ", checks._mistakes)}");
        }
    }

    private void Columns(ColumnsDocument columns)
    {
        Require(columns.ItemColumn.Length > 0, "columns.itemColumn", "''", "not empty");
        Require(columns.EmbeddingColumn.Length > 0, "columns.embeddingColumn", "''", "not empty");
        Names("columns.sequenceColumns", columns.SequenceColumns);
    }

    private void Architecture(ArchitectureDocument architecture)
    {
        const string Path = "architecture";
        var options = architecture.ToOptions();
        Ranges(Path, options);
        Ranges($"{Path}.moe", options.Moe);
        var divides = options.Heads < 1 || options.HiddenSize % options.Heads == 0;
        Require(divides, $"{Path}.hiddenSize", options.HiddenSize, $"a multiple of heads, {options.Heads}");
        if (options.Moe is { Experts: > 1, TopK: > 0 })
        {
            const int Multiple = MoeOptions.RowMultiple;
            Require(options.HiddenSize % Multiple == 0, $"{Path}.hiddenSize", options.HiddenSize, $"a multiple of {Multiple}");
            var rows = Multiple * options.Moe.TopK;
            Require(options.FeedForwardSize % rows == 0, $"{Path}.feedForwardSize", options.FeedForwardSize, $"a multiple of {rows}");
        }
        Require(options.Moe.TopK <= options.Moe.Experts || options.Moe.Experts == 1, $"{Path}.moe.topK", options.Moe.TopK, $"at most experts, {options.Moe.Experts}");
        foreach (var block in options.Moe.SparseBlocks ?? [])
        {
            Require(block >= 0 && block < options.Blocks, $"{Path}.moe.sparseBlocks", block, $"from 0 to blocks - 1, {options.Blocks - 1}");
        }
    }

    private void Schema(BehaviorSchema schema)
    {
        Require(schema.ItemCount is >= 1 and < int.MaxValue - 1, "schema.itemCount", schema.ItemCount, "at least 1");
        Require(schema.ProfileSize >= 0, "schema.profileSize", schema.ProfileSize, "at least 0");
        Names("schema.numberFields", schema.NumberFields);
        Names("schema.keyFields", schema.KeyFields.Select(f => f?.Name));
        foreach (var field in schema.KeyFields.Where(f => f is not null))
        {
            Require(field.Count >= 1, $"schema.keyFields['{field.Name}'].count", field.Count, "at least 1");
        }
    }

    private void Tasks(IReadOnlyList<TaskDocument> tasks)
    {
        Require(tasks.Count > 0, "tasks", "[]", "not empty");
        Names("tasks", tasks.Select(t => t?.Name));
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks[i] is { } task) { Task($"tasks[{i}]", task); }
        }
    }

    private void AddedTasks(IReadOnlyList<AddedTaskDocument> added, IReadOnlyList<TaskDocument> trained)
    {
        const int Largest = 4096;
        for (var i = 0; i < added.Count; i++)
        {
            var path = $"addedTasks[{i}]";
            Require(added[i] is not null, path, "null", "a task");
            if (added[i] is not { } document) { continue; }
            Task($"{path}.task", document.Task);
            Require(document.Task is not NextItemTaskDocument, $"{path}.task.kind", "nextItem", "binary, multiclass or regression");
            Require(document.Adapter is >= 0 and <= Largest, $"{path}.adapter", document.Adapter, $"from 0 to {Largest}");
            var others = trained.Select(t => t?.Name).Concat(added.Take(i).Select(a => a?.Task.Name));
            Require(document.Task.Name.Length > 0 && !others.Contains(document.Task.Name), $"{path}.task.name", $"'{document.Task.Name}'", "a name that no other has");
        }
    }

    private void Task(string path, TaskDocument document)
    {
        var task = document.ToTask();
        Ranges(path, task);
        Require(task.Weight is > 0 and <= 1e6, $"{path}.weight", task.Weight, "above 0 and at most 1e6");
        var hasWide = document.WideItems == 0 || (document.WideItems > 0 && task is LabeledTask);
        Require(hasWide, $"{path}.wideItems", document.WideItems, "0, or above 0 for a task with labels");
        if (task is LabeledTask labeled) { Require(labeled.LabelColumn.Length > 0, $"{path}.labelColumn", "''", "not empty"); }
        if (document is RegressionTaskDocument regression)
        {
            Require(double.IsFinite(regression.Mean), $"{path}.mean", regression.Mean, "finite");
            var deviation = regression.StandardDeviation;
            Require(deviation > 0 && double.IsFinite(deviation), $"{path}.standardDeviation", deviation, "finite and above 0");
        }
        if (document is MulticlassTaskDocument multiclass) { Classes($"{path}.classes", multiclass.Classes); }
    }

    private void Classes(string path, KeyValuesDocument classes)
    {
        Require(classes.Count >= 1, $"{path}.count", classes.Count, "at least 1");
        if (classes.Count < 1) { return; }
        try
        {
            classes.ToArray();
        }
        catch (InvalidDataException e)
        {
            _mistakes.Add($"{path}.{e.Message}");
        }
    }

    private void Attributes(ItemAttributesDocument attributes)
    {
        Require(attributes.NumberCount >= 0, "itemAttributes.numberCount", attributes.NumberCount, "at least 0");
        Names("itemAttributes.fields", attributes.Fields.Select(f => f?.Name));
        foreach (var field in attributes.Fields.Where(f => f is not null))
        {
            Require(field.Count >= 1, $"itemAttributes.fields['{field.Name}'].count", field.Count, "at least 1");
            Require(field.Width >= 1, $"itemAttributes.fields['{field.Name}'].width", field.Width, "at least 1");
        }
    }

    /// <summary>No null, no empty name, none twice.</summary>
    private void Names(string path, IEnumerable<string?> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var name in names)
        {
            Require(!string.IsNullOrEmpty(name), $"{path}[{index}]", name is null ? "null" : "''", "named");
            Require(string.IsNullOrEmpty(name) || seen.Add(name), $"{path}[{index}]", $"'{name}'", "a name that no other has");
            index++;
        }
    }

    /// <summary>The ranges that the options declare by attributes.</summary>
    private void Ranges(string path, object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        _mistakes.AddRange(results.Select(r => $"{path}: {r.ErrorMessage}"));
    }

    private void Require(bool condition, string path, object value, string allowed)
    {
        if (!condition) { _mistakes.Add(FormattableString.Invariant($"{path}: is {value}, must be {allowed}.")); }
    }
}
