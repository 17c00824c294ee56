using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Estimators;

/// <summary>The shapes of the columns that a model with given options will add, before it is trained: what <see cref="ScoreLayout"/> keeps.</summary>
internal static class ScoreShape
{
    /// <summary>The columns added to <paramref name="input"/>.</summary>
    public static IEnumerable<SchemaShape.Column> Columns(SuperMoeOptions options, SchemaShape input) =>
        options.Tasks.SelectMany(t => Columns(t, options, input))
            .Prepend(ScoreAnnotations.Vector(options.EmbeddingColumn, NumberDataViewType.Single));

    private static IEnumerable<SchemaShape.Column> Columns(SuperMoeTask task, SuperMoeOptions options, SchemaShape input)
    {
        SchemaShape.Column Make(
            string name, DataViewType type, bool vector = false, bool isKey = false, IEnumerable<SchemaShape.Column>? annotations = null) =>
            MLNetSchema.Column(
                name, vector ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.Scalar, type, isKey,
                (annotations ?? []).Concat(ScoreAnnotations.Shape(name[(task.Name.Length + 1)..])));

        var score = OutputNames.Score(task);
        var predicted = OutputNames.PredictedLabel(task);
        switch (task)
        {
            case BinaryTask:
                return
                [
                    Make(score, NumberDataViewType.Single),
                    Make(OutputNames.Probability(task), NumberDataViewType.Single),
                    Make(predicted, BooleanDataViewType.Instance),
                ];
            case RegressionTask:
                return [Make(score, NumberDataViewType.Single)];
            case MulticlassTask multiclass:
                var classes = KeyValues(input, multiclass.LabelColumn);
                return
                [
                    Make(score, NumberDataViewType.Single, vector: true, annotations: classes.SelectMany(ScoreAnnotations.ClassShape)),
                    Make(predicted, NumberDataViewType.UInt32, isKey: true, annotations: classes),
                ];
            default:
                return
                [
                    Make(score, NumberDataViewType.Single, vector: true),
                    Make(predicted, NumberDataViewType.UInt32, vector: true, isKey: true, annotations: KeyValues(input, options.ItemColumn)),
                ];
        }
    }

    private static SchemaShape.Column[] KeyValues(SchemaShape input, string column) =>
        input.TryFindColumn(column, out var keys)
            && keys.Annotations.TryFindColumn(KeyVocabulary.Annotation, out var values) && values.Kind != SchemaShape.Column.VectorKind.Scalar
            ? [values]
            : [];
}
