using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Estimators;

/// <summary>The columns that a trained model adds to a schema.</summary>
internal sealed class ScoreLayout(ModelDescription model)
{
    /// <summary>The columns added to <paramref name="input"/>.</summary>
    public IReadOnlyList<ScoreColumn> Columns(DataViewSchema input)
    {
        var size = new VectorDataViewType(NumberDataViewType.Single, model.Options.Model.EmbeddingSize);
        var none = new DataViewSchema.Annotations.Builder().ToAnnotations();
        var columns = new List<ScoreColumn> { new(model.Options.EmbeddingColumn, ScoreKind.Embedding, -1, size, none) };
        var set = MLNetSchema.NextScoreSet(input);
        for (var t = 0; t < model.Options.Tasks.Count; t++)
        {
            columns.AddRange(Columns(model.Options.Tasks[t], t, set + (uint)t, input[model.Options.ItemColumn]));
        }
        return columns;
    }

    private static ScoreColumn Column(
        SuperMoeTask task, int place, uint set, string name, ScoreKind kind, DataViewType type,
        Action<DataViewSchema.Annotations.Builder>? annotate)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotate?.Invoke(annotations);
        ScoreAnnotations.Add(annotations, task, set, name[(task.Name.Length + 1)..]);
        return new ScoreColumn(name, kind, place, type, annotations.ToAnnotations());
    }

    // The items' values are those of the column that is scored: the model itself knows keys only.
    private static void CopyKeyValues(DataViewSchema.Column from, DataViewSchema.Annotations.Builder to)
    {
        if (from.Annotations.Schema.GetColumnOrNull(KeyVocabulary.Annotation) is { Type: VectorDataViewType })
        {
            to.Add(from.Annotations, name => name == KeyVocabulary.Annotation);
        }
    }

    private IEnumerable<ScoreColumn> Columns(SuperMoeTask task, int place, uint set, DataViewSchema.Column item)
    {
        ScoreColumn Make(string name, ScoreKind kind, DataViewType type, Action<DataViewSchema.Annotations.Builder>? annotate = null) =>
            Column(task, place, set, name, kind, type, annotate);

        switch (task)
        {
            case BinaryTask:
                return
                [
                    Make(OutputNames.Score(task), ScoreKind.Score, NumberDataViewType.Single),
                    Make(OutputNames.Probability(task), ScoreKind.Probability, NumberDataViewType.Single),
                    Make(OutputNames.PredictedLabel(task), ScoreKind.Decision, BooleanDataViewType.Instance),
                ];
            case RegressionTask:
                return [Make(OutputNames.Score(task), ScoreKind.Score, NumberDataViewType.Single)];
            case MulticlassTask:
                var labels = model.Labels[place]!;
                return
                [
                    Make(
                        OutputNames.Score(task), ScoreKind.Scores, new VectorDataViewType(NumberDataViewType.Single, labels.Classes),
                        a => { if (labels.Values is { } values) { ScoreAnnotations.AddClasses(a, values); } }),
                    Make(
                        OutputNames.PredictedLabel(task), ScoreKind.Class, new KeyDataViewType(typeof(uint), labels.Classes),
                        a => labels.Values?.AddTo(a, KeyVocabulary.Annotation)),
                ];
            default:
                var k = ((NextItemTask)task).TopK;
                return
                [
                    Make(OutputNames.Score(task), ScoreKind.Scores, new VectorDataViewType(NumberDataViewType.Single, k)),
                    Make(
                        OutputNames.PredictedLabel(task), ScoreKind.Items,
                        new VectorDataViewType(new KeyDataViewType(typeof(uint), model.Schema.ItemCount), k), a => CopyKeyValues(item, a)),
                ];
        }
    }
}
