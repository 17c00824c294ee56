using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace SuperMoe.ML.Estimators;

/// <summary>Finds all mistakes in options at once; each names the option, its value and what is allowed.</summary>
internal sealed class OptionsValidator
{
    private const double LargestWeight = 1e6;

    private readonly List<string> _mistakes = [];

    private OptionsValidator()
    {
    }

    /// <summary>The mistakes in <paramref name="options"/>; none is a good sign.</summary>
    public static IReadOnlyList<string> Validate(SuperMoeOptions options)
    {
        var validator = new OptionsValidator();
        validator.CheckColumns(options);
        validator.CheckTasks(options);
        validator.CheckOutputs(options);
        validator.CheckRanges(options, "");
        if (options.Model is { } model) { validator.CheckModel(model); }
        else { validator.Required("Model"); }
        if (options.Training is { } training) { validator.CheckTraining(training, options); }
        else { validator.Required("Training"); }
        return validator._mistakes;
    }

    /// <summary>The mistakes in <paramref name="options"/>.</summary>
    public static IReadOnlyList<string> Validate(FitTaskOptions options)
    {
        var validator = new OptionsValidator();
        validator.CheckRanges(options, "");
        return validator._mistakes;
    }

    /// <summary>The mistakes in a task that is to be added to the tasks of <paramref name="options"/>.</summary>
    public static IReadOnlyList<string> Validate(SuperMoeTask task, SuperMoeOptions options)
    {
        var validator = new OptionsValidator();
        if (task is not LabeledTask)
        {
            return [$"The task '{task.Name}' is a {task.GetType().Name}; allowed on a trained model are tasks with a label: {nameof(BinaryTask)}, {nameof(MulticlassTask)}, {nameof(RegressionTask)}."];
        }
        validator.CheckTask(task, "");
        validator.Check(
            !options.Tasks.Any(t => t.Name == task.Name),
            $"Name is {Text(task.Name)}, which is the name of a task that the model has; its tasks are {string.Join(", ", options.Tasks.Select(t => Text(t.Name)))}.");
        var outputs = options.Tasks.Where(t => t.Name != task.Name).SelectMany(OutputNames.Of).Append(options.EmbeddingColumn);
        foreach (var twice in OutputNames.Of(task).Intersect(outputs)) { validator._mistakes.Add($"Name is {Text(task.Name)}, whose output {Text(twice)} the model has already."); }
        return validator._mistakes;
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private void Check(bool right, string mistake)
    {
        if (!right) { _mistakes.Add(mistake); }
    }

    private void Required(string option) => _mistakes.Add($"{option} is null; it is required.");

    private void CheckRanges(object options, string prefix)
    {
        foreach (var property in options.GetType().GetProperties())
        {
            var value = property.GetValue(options);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
            {
                _mistakes.Add($"{prefix}{property.Name} is {Text(value)}; allowed is {Text(range.Minimum)} to {Text(range.Maximum)}.");
            }
            if (property.PropertyType.IsEnum && !Enum.IsDefined(property.PropertyType, value!))
            {
                _mistakes.Add($"{prefix}{property.Name} is {value}; allowed is {string.Join(", ", Enum.GetNames(property.PropertyType))}.");
            }
        }
    }

    private void CheckColumns(SuperMoeOptions options)
    {
        Check(
            !string.IsNullOrWhiteSpace(options.ItemColumn),
            $"ItemColumn is {Text(options.ItemColumn)}; the name of the column of item ids is required.");
        Check(options.TimeColumn is not "", "TimeColumn is ''; allowed is a column's name, or null for none.");
        Check(options.ProfileColumn is not "", "ProfileColumn is ''; allowed is a column's name, or null for none.");
        Check(options.ValidationColumn is not "", "ValidationColumn is ''; allowed is a column's name, or null for none.");
        if (options.SequenceColumns is not { } columns)
        {
            Required(nameof(options.SequenceColumns));
            return;
        }
        Check(!columns.Any(string.IsNullOrWhiteSpace), "SequenceColumns has an empty name; allowed are names of columns.");
        Check(
            options.ItemColumn is null || !columns.Contains(options.ItemColumn),
            $"SequenceColumns has the ItemColumn {Text(options.ItemColumn)}, which is read already.");
        foreach (var twice in Repeated(columns)) { _mistakes.Add($"SequenceColumns has {Text(twice)} more than once."); }
    }

    private void CheckTasks(SuperMoeOptions options)
    {
        if (options.Tasks is not { } tasks)
        {
            Required(nameof(options.Tasks));
            return;
        }
        Check(tasks.Count > 0, "Tasks is empty; at least one task is required.");
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks[i] is { } task) { CheckTask(task, $"Tasks[{i}]."); }
            else { Required($"Tasks[{i}]"); }
        }
        foreach (var task in tasks.OfType<NextItemTask>().Where(t => t.HistoryWeight > 0))
        {
            Check(
                options.Model is not { EventDropout: 0 },
                $"HistoryWeight of task {Text(task.Name)} is {Text(task.HistoryWeight)} and Model.EventDropout is 0, which hides no events from the embedding; allowed is a dropout above 0, or a weight of 0.");
            Check(
                task.Loss != NextItemLoss.BinaryCrossEntropy,
                $"HistoryWeight of task {Text(task.Name)} is {Text(task.HistoryWeight)} and its Loss {task.Loss}; allowed is another loss, or a weight of 0.");
        }
        Check(tasks.OfType<NextItemTask>().Count() <= 1, "Tasks has more than one NextItemTask; allowed is one.");
        foreach (var twice in Repeated(tasks.OfType<SuperMoeTask>().Select(t => t.Name)))
        {
            _mistakes.Add($"Tasks has more than one task with the name {Text(twice)}; names are unique.");
        }
    }

    private void CheckTask(SuperMoeTask task, string prefix)
    {
        Check(!string.IsNullOrWhiteSpace(task.Name), $"{prefix}Name is {Text(task.Name)}; a name is required.");
        Check(
            task.Weight is > 0 and <= LargestWeight,
            $"{prefix}Weight is {Text(task.Weight)}; allowed is 0 (exclusive) to {Text((int)LargestWeight)}.");
        if (task is LabeledTask labeled)
        {
            Check(
                !string.IsNullOrWhiteSpace(labeled.LabelColumn),
                $"{prefix}LabelColumn is {Text(labeled.LabelColumn)}; a column's name is required.");
        }
        Check(
            task is not BinaryTask { CandidateColumn: "" },
            $"{prefix}CandidateColumn is ''; allowed is a column's name, or null for none.");
        CheckRanges(task, prefix);
    }

    // Two outputs of one name would hide one another.
    private void CheckOutputs(SuperMoeOptions options)
    {
        Check(
            !string.IsNullOrWhiteSpace(options.EmbeddingColumn),
            $"EmbeddingColumn is {Text(options.EmbeddingColumn)}; a name is required.");
        var outputs = (options.Tasks ?? []).OfType<SuperMoeTask>().DistinctBy(t => t.Name)
            .SelectMany(OutputNames.Of).Append(options.EmbeddingColumn);
        foreach (var twice in Repeated(outputs))
        {
            _mistakes.Add($"Two outputs have the name {Text(twice)}; change EmbeddingColumn or a task's Name.");
        }
        var inputs = new[] { options.ItemColumn, options.TimeColumn, options.ProfileColumn }.Concat(options.SequenceColumns ?? []);
        Check(
            !inputs.Contains(options.EmbeddingColumn),
            $"EmbeddingColumn is {Text(options.EmbeddingColumn)}, which is also a column that is read; choose another name.");
    }

    private void CheckModel(SuperMoeModelOptions model)
    {
        CheckRanges(model, "Model.");
        Check(
            model.Heads <= 0 || model.HiddenSize % model.Heads == 0,
            $"Model.HiddenSize is {Text(model.HiddenSize)}; allowed is a multiple of Model.Heads, which is {Text(model.Heads)}.");
        if (model.Moe is not { } moe)
        {
            Required("Model.Moe");
            return;
        }
        CheckRanges(moe, "Model.Moe.");
        Check(
            moe.TopK <= moe.Experts || moe.Experts == 1,
            $"Model.Moe.TopK is {Text(moe.TopK)}; allowed is at most Model.Moe.Experts, which is {Text(moe.Experts)}.");
        if (moe.Experts > 1 && moe.TopK > 0) { CheckExpertSizes(model, moe); }
        Check(
            moe.TaskRouting == TaskRouting.Shared || model.Sharing == TaskSharing.Indicators,
            $"Model.Moe.TaskRouting is {moe.TaskRouting}; allowed with Model.Sharing {model.Sharing}, where tasks have no tokens, is {TaskRouting.Shared}.");
        Check(
            moe.TaskRouting == TaskRouting.Shared || moe.Experts != 1,
            $"Model.Moe.TaskRouting is {moe.TaskRouting}; allowed with Model.Moe.Experts 1, where nothing is routed, is {TaskRouting.Shared}.");
        Check(
            moe.TaskRouting != TaskRouting.SelectionBias || moe.BiasStep != 0,
            $"Model.Moe.BiasStep is 0; allowed with Model.Moe.TaskRouting {TaskRouting.SelectionBias}, whose biases move by it, is 0 (exclusive) to 1.");
        foreach (var block in (moe.SparseBlocks ?? []).Where(b => b < 0 || b >= model.Blocks))
        {
            _mistakes.Add($"Model.Moe.SparseBlocks has {block}; allowed is 0 to {model.Blocks - 1}, since Model.Blocks is {model.Blocks}.");
        }
        foreach (var twice in Repeated(moe.SparseBlocks ?? [])) { _mistakes.Add($"Model.Moe.SparseBlocks has {twice} more than once."); }
    }

    // The grouped matrix product wants rows of experts that begin at multiples of 16 bytes.
    private void CheckExpertSizes(SuperMoeModelOptions model, MoeOptions moe)
    {
        Check(
            model.HiddenSize % MoeOptions.RowMultiple == 0,
            $"Model.HiddenSize is {Text(model.HiddenSize)}; allowed with experts is a multiple of {MoeOptions.RowMultiple}.");
        Check(
            model.FeedForwardSize % (MoeOptions.RowMultiple * moe.TopK) == 0,
            $"Model.FeedForwardSize is {Text(model.FeedForwardSize)}; allowed with experts is a multiple of {MoeOptions.RowMultiple} times Model.Moe.TopK, "
            + $"which is {Text(moe.TopK)}.");
    }

    private void CheckTraining(TrainingOptions training, SuperMoeOptions options)
    {
        CheckRanges(training, "Training.");
        Check(
            training.TimeLimit is null || training.TimeLimit > TimeSpan.Zero,
            $"Training.TimeLimit is {training.TimeLimit}; allowed is more than zero, or null for no limit.");
        Check(
            !training.LeaveLastEventOut || (options.Tasks ?? []).Any(t => t is NextItemTask),
            $"Training.LeaveLastEventOut is True; allowed without a {nameof(NextItemTask)} is False.");
        var names = (options.Tasks ?? []).OfType<SuperMoeTask>().Select(t => t.Name).ToList();
        Check(
            training.EarlyStoppingTask is null || names.Contains(training.EarlyStoppingTask),
            $"Training.EarlyStoppingTask is {Text(training.EarlyStoppingTask)}; " +
            $"allowed is the name of a task ({string.Join(", ", names.Select(Text))}), or null.");
    }

    private static IEnumerable<T> Repeated<T>(IEnumerable<T> values) => values.GroupBy(v => v).Where(g => g.Count() > 1).Select(g => g.Key);
}
