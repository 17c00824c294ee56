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
            Tasks = [.. options.Tasks.Select((task, t) => ToDocument(task, t, model.Labels[t], scorer) with { WideItems = scorer.WideItems(t) })],
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
            Tasks = [.. document.Tasks.Select(t => t.ToTask())],
        };
        return new ModelDescription(
            options, document.Schema, [.. document.Tasks.Select(t => t is MulticlassTaskDocument m ? Labels(m.Classes) : null)]);
    }

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
