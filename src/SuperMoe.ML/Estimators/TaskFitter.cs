using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Estimators;

/// <summary>Learns a further task on a trained model: checks, reads the labelled users, and describes the model that has the task, too.</summary>
internal sealed class TaskFitter(IHost host, ModelDescription model, IBatchScorer scorer)
{
    /// <summary>The model with the task.</summary>
    /// <param name="data">One row a user, with the label column.</param>
    /// <param name="task">The task.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="listener">Hears of every epoch.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public (ModelDescription Model, IBatchScorer Scorer) Fit(
        IDataView data, SuperMoeTask task, FitTaskOptions options, IProgress<TrainingProgress>? listener, CancellationToken cancellation)
    {
        var extended = Extended(task, options);
        var added = (LabeledTask)extended.Tasks[^1];
        var inputs = new InputColumns(host, Only(added));
        var columns = inputs.ForLearning(data.Schema, model.Schema);
        var labels = inputs.Labels(data.Schema)[0];
        using var log = host.Start("FitTask");
        using var progress = host.StartProgressChannel("SuperMoe");
        var users = BehaviorDatasetReader.ReadAll(data, columns, CheckAlive, labelledOnly: true);
        CheckLabels(added, users);
        log.Info("{0}", string.Create(CultureInfo.InvariantCulture, $"Read {users.Count:N0} users with a label of task '{added.Name}'; the model stays as it is."));
        var settings = new FitTaskOptions
        {
            Adapter = options.Adapter,
            Epochs = options.Epochs,
            Patience = options.Patience,
            Folds = options.Folds,
            LearningRate = options.LearningRate,
            WeightDecay = options.WeightDecay,
            Seed = options.Seed ?? MLNetHost.NextSeed(host),
        };
        var (result, report) = scorer.FitTask(
            new AddedTaskJob(added, labels?.Classes ?? 0, users, settings, new FitProgress(log, progress, listener), CheckAlive));
        log.Info("{0}", string.Create(
            CultureInfo.InvariantCulture, $"Learned task '{added.Name}' from {report.Labels:N0} labels in {report.Seconds:0.0} s; the best number of epochs is {report.Epochs}."));
        var description = new ModelDescription(extended, model.Schema, [.. model.Labels, labels])
        {
            Added = [.. model.Added, new AddedTaskDescription(options.Adapter, report)],
        };
        return (description, result);

        void CheckAlive()
        {
            MLNetHost.CheckAlive(host);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private SuperMoeOptions Extended(SuperMoeTask task, FitTaskOptions options)
    {
        if (OptionsValidator.Validate(task, model.Options) is { Count: > 0 } wrong)
        {
            throw MLNetHost.UserArgument(host, nameof(task), string.Join(Environment.NewLine, wrong));
        }
        if (OptionsValidator.Validate(options) is { Count: > 0 } mistakes)
        {
            throw MLNetHost.UserArgument(host, nameof(options), string.Join(Environment.NewLine, mistakes));
        }
        var extended = OptionsSnapshot.Of(model.Options);
        extended.Tasks.Add(task);
        return OptionsSnapshot.Of(extended); // a copy of the task, too
    }

    private SuperMoeOptions Only(LabeledTask task)
    {
        var only = OptionsSnapshot.Of(model.Options);
        only.Tasks = [task];
        return only;
    }

    private static void CheckLabels(LabeledTask task, BehaviorDataset users)
    {
        float[] present = [.. users.Labels[0]!.Take(users.Count).Where(l => !float.IsNaN(l))];
        if (present.Length == 0)
        {
            throw new InvalidOperationException($"The task '{task.Name}' has nothing to learn from: every label in column '{task.LabelColumn}' is missing.");
        }
        if (task is not RegressionTask && Array.TrueForAll(present, l => l == present[0]))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The task '{task.Name}' has nothing to tell apart: all {present.Length:N0} labels in column '{task.LabelColumn}' are of one class."));
        }
    }
}
