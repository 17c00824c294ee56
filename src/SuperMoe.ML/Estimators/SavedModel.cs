using SuperMoe.ML.Data;
using SuperMoe.ML.Persistence;

namespace SuperMoe.ML.Estimators;

/// <summary>Between a model's description in memory and the document in model.zip.</summary>
internal static class SavedModel
{
    /// <summary>What to write beside the weights.</summary>
    public static ModelDocument ToDocument(ModelDescription model, IBatchScorer scorer, TrainingReport? report)
    {
        var options = model.Options;
        return new ModelDocument
        {
            Columns = new ColumnsDocument(
                options.ItemColumn, [.. options.SequenceColumns], options.TimeColumn, options.ProfileColumn, options.EmbeddingColumn),
            ScoringBatchSize = options.ScoringBatchSize,
            Architecture = ArchitectureDocument.From(options.Model),
            Schema = model.Schema,
            Tasks = [.. options.Tasks.Take(model.TrainedTasks).Select((task, t) => ToDocument(task, t, model.Labels[t], scorer) with { WideItems = scorer.WideItems(t) })],
            AddedTasks = model.Added.Count == 0 ? null : [.. model.Added.Select((added, a) => ToDocument(model, added, model.TrainedTasks + a, scorer))],
            ItemAttributes = scorer.ItemAttributes,
            Report = report is null ? null : ModelJson.ToElement(report),
        };
    }

    /// <summary>The model that a document describes. What only training reads has its default.</summary>
    public static ModelDescription ToDescription(ModelDocument document)
    {
        var options = new SuperMoeOptions
        {
            ItemColumn = document.Columns.ItemColumn,
            SequenceColumns = [.. document.Columns.SequenceColumns],
            TimeColumn = document.Columns.TimeColumn,
            ProfileColumn = document.Columns.ProfileColumn,
            EmbeddingColumn = document.Columns.EmbeddingColumn,
            ScoringBatchSize = document.ScoringBatchSize,
            Model = document.Architecture.ToOptions(),
        };
        var added = document.AddedTasks ?? [];
        TaskDocument[] tasks = [.. document.Tasks, .. added.Select(a => a.Task)];
        options.Tasks = [.. tasks.Select(t => t.ToTask())];
        return new ModelDescription(options, document.Schema, [.. tasks.Select(t => t is MulticlassTaskDocument m ? Labels(m.Classes) : null)])
        {
            Added = [.. added.Select(a => new AddedTaskDescription(a.Adapter, ModelJson.FromElement<FitTaskReport>(a.Report)))],
        };
    }

    private static AddedTaskDocument ToDocument(ModelDescription model, AddedTaskDescription added, int place, IBatchScorer scorer) =>
        new(ToDocument(model.Options.Tasks[place], place, model.Labels[place], scorer), added.Adapter, ModelJson.ToElement(added.Report));

    private static TaskDocument ToDocument(SuperMoeTask task, int place, LabelVocabulary? labels, IBatchScorer scorer)
    {
        switch (task)
        {
            case NextItemTask next:
                return NextItemTaskDocument.From(next);
            case BinaryTask binary:
                return BinaryTaskDocument.From(binary);
            case MulticlassTask multiclass:
                var values = labels!.Values is { } known ? KeyValuesDocument.From(known.ToArray()) : KeyValuesDocument.Unknown(labels.Classes);
                return MulticlassTaskDocument.From(multiclass, values);
            case RegressionTask regression:
                var (mean, deviation) = scorer.LabelScale(place);
                return RegressionTaskDocument.From(regression, mean, deviation);
            default:
                throw new NotSupportedException($"Tasks of type {task.GetType().Name} cannot be saved.");
        }
    }

    private static LabelVocabulary Labels(KeyValuesDocument classes) =>
        new(classes.Count, classes.ToArray() is { } values ? KeyVocabulary.Of(values) : null);
}
