using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Training;
using TorchSharp;

namespace SuperMoe.ML;

/// <summary>
/// Trains one universal user embedding and several tasks at once on users' behaviour sequences. Made by
/// <see cref="SuperMoeCatalog.SuperMoe(TransformsCatalog, SuperMoeOptions)"/>.
/// </summary>
public sealed class SuperMoeEstimator : IEstimator<SuperMoeTransformer>
{
    private readonly IHost _host;
    private readonly SuperMoeOptions _options;
    private readonly ISuperMoeEngine _engine;
    private readonly InputColumns _inputs;

    /// <param name="environment">The MLContext's environment.</param>
    /// <param name="options">The options; copied, so that later changes change nothing.</param>
    /// <param name="engine">What trains.</param>
    internal SuperMoeEstimator(IHostEnvironment environment, SuperMoeOptions options, ISuperMoeEngine engine)
    {
        ArgumentNullException.ThrowIfNull(options);
        _host = environment.Register(nameof(SuperMoeEstimator));
        if (OptionsValidator.Validate(options) is { Count: > 0 } mistakes)
        {
            throw MLNetHost.UserArgument(_host, nameof(options), string.Join(Environment.NewLine, mistakes));
        }
        _options = OptionsSnapshot.Of(options);
        _engine = engine;
        _inputs = new InputColumns(_host, _options);
    }

    /// <summary>The schema that <see cref="Fit"/>'s transformer will deliver: the input's columns, the embedding, and each task's outputs.</summary>
    /// <param name="inputSchema">The shape of the training data; label columns must be there.</param>
    /// <returns>The shape of the output.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _inputs.CheckTraining(inputSchema);
        var columns = inputSchema.ToDictionary(c => c.Name);
        foreach (var output in ScoreShape.Columns(_options, inputSchema)) { columns[output.Name] = output; }
        return new SchemaShape(columns.Values);
    }

    /// <summary>Reads the users into memory, trains, and returns the best epoch's model.</summary>
    /// <param name="input">One row a user.</param>
    /// <returns>The trained model; dispose it to give its memory back early.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are unfit: none at all, columns of one row that differ in length, events out of order, a task without labels, a label that is infinite, a validation column that is the same for all. Or a loss
    /// is no longer a number. Or the device that the MLContext names is missing, and not to be replaced by the CPU.
    /// </exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded; the message says why.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public SuperMoeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = _inputs.ForTraining(input.Schema);
        using var log = _host.Start("Fit");
        var device = ComputeDevice.Resolve(_host, log);
        var data = BehaviorDatasetReader.ReadAll(input, columns, CheckAlive);
        log.Info("{0}", string.Create(
            CultureInfo.InvariantCulture, $"Read {data.Count:N0} users with {data.Items.Length:N0} events over {data.Schema.ItemCount:N0} items."));
        return FitUsers(data, input.Schema, device, log);
    }

    /// <summary>Trains on users that have been read already.</summary>
    /// <param name="data">The users, with the labels of the options' tasks.</param>
    /// <param name="schema">The schema of the view that they come from.</param>
    internal SuperMoeTransformer FitUsers(BehaviorDataset data, DataViewSchema schema)
    {
        using var log = _host.Start("Fit");
        return FitUsers(data, schema, ComputeDevice.Resolve(_host, log), log);
    }

    private SuperMoeTransformer FitUsers(BehaviorDataset data, DataViewSchema schema, torch.Device device, IChannel log)
    {
        CheckData(data);
        using var progress = _host.StartProgressChannel("SuperMoe");
        var attributes = ReadAttributes(schema[_options.ItemColumn], data.Schema.ItemCount, log);
        var job = new TrainingJob(Describe(schema, data.Schema, log, progress), data, attributes, device, CheckAlive);
        var (scorer, report) = Train(job);
        log.Info("{0}", string.Create(
            CultureInfo.InvariantCulture,
            $"Trained {report.Parameters:N0} weights in {report.Seconds:0.0} s; the best of {report.Epochs.Count} epochs is {report.BestEpoch}."));
        return new SuperMoeTransformer(_host, job.Model, scorer, report);
    }

    private (IBatchScorer Scorer, TrainingReport Report) Train(TrainingJob job)
    {
        try
        {
            return _engine.Train(job);
        }
        finally
        {
            Forget(job.Model.Options);
        }
    }

    // What only training needs is not kept alive by the model.
    private static void Forget(SuperMoeOptions options)
    {
        options.ItemAttributes = null;
        options.Training.Progress = null;
        options.Training.CancellationToken = default;
    }

    private ModelDescription Describe(DataViewSchema input, BehaviorSchema schema, IChannel log, IProgressChannel progress)
    {
        var options = OptionsSnapshot.Of(_options);
        if (options.Model.Moe.Experts == 1) { options.Model.Moe.TopK = 1; } // one expert is no choice, whatever k says
        options.Training.Seed ??= MLNetHost.NextSeed(_host);
        options.Training.Progress = new FitProgress(log, progress, _options.Training.Progress);
        return new ModelDescription(options, schema, _inputs.Labels(input));
    }

    private ItemAttributes? ReadAttributes(DataViewSchema.Column item, int itemCount, IChannel log)
    {
        if (_options.ItemAttributes is not { } items) { return null; }
        var attributes = ItemAttributesReader.Read(items, item, itemCount, out var rows, out var unknown);
        if (unknown > 0)
        {
            var left = string.Create(
                CultureInfo.InvariantCulture,
                $"{unknown:N0} of the {rows:N0} rows of {nameof(SuperMoeOptions.ItemAttributes)} are of items that '{item.Name}' has no key for; they are left out.");
            if (unknown > rows / 2) { log.Warning("{0}", left); }
            else { log.Info("{0}", left); }
        }
        LogCut(attributes, log);
        return attributes;
    }

    private static void LogCut(ItemAttributes attributes, IChannel log)
    {
        for (var f = 0; f < attributes.KeyFields.Count; f++)
        {
            var starts = attributes.Offsets[f];
            var cut = starts.Skip(1).Zip(starts, (end, start) => end - start).Count(values => values > ModelSetup.MaxAttributeValues);
            if (cut == 0) { continue; }
            log.Info("{0}", string.Create(
                CultureInfo.InvariantCulture,
                $"{cut:N0} items of {nameof(SuperMoeOptions.ItemAttributes)} have more than {ModelSetup.MaxAttributeValues} values in column " +
                $"'{attributes.KeyFields[f].Name}'; the first {ModelSetup.MaxAttributeValues} of each count."));
        }
    }

    private void CheckAlive()
    {
        MLNetHost.CheckAlive(_host);
        _options.Training.CancellationToken.ThrowIfCancellationRequested();
    }

    private void CheckData(BehaviorDataset data)
    {
        if (data.Count == 0) { throw new InvalidOperationException("The training data has no rows; at least one user is needed."); }
        if (data.Items.AsSpan().IndexOfAnyExcept(0) < 0)
        {
            throw new InvalidOperationException(
                $"No row of the training data has an item in column '{_options.ItemColumn}'; events are needed to learn from.");
        }
        if (data.Validation is { } kept && !(_options.Training.LeaveLastEventOut && !kept[0]) && kept.AsSpan(0, data.Count).IndexOfAnyExcept(kept[0]) < 0)
        {
            throw new InvalidOperationException(
                $"Every row of the training data has {(kept[0] ? "True" : "False")} in the validation column '{_options.ValidationColumn}'; rows to train on (False) and rows to validate on (True) are needed.");
        }
        for (var t = 0; t < data.Labels.Length; t++)
        {
            if (data.Labels[t] is { } labels && Array.TrueForAll(labels, float.IsNaN))
            {
                var task = (LabeledTask)_options.Tasks[t];
                throw new InvalidOperationException(
                    $"The task '{task.Name}' has nothing to learn from: every label in column '{task.LabelColumn}' is missing.");
            }
            if (data.Validation is { } validates && data.Labels[t] is { } own && !Enumerable.Range(0, data.Count).Any(u => !validates[u] && !float.IsNaN(own[u])))
            {
                var task = (LabeledTask)_options.Tasks[t];
                throw new InvalidOperationException(
                    $"The task '{task.Name}' has nothing to learn from: every row with a label in column '{task.LabelColumn}' has True in the validation column '{_options.ValidationColumn}'.");
            }
        }
    }
}
