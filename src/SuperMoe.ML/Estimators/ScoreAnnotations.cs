using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Estimators;

/// <summary>The annotations by which ML.NET's evaluators and tools recognise columns of scores; promised as shapes, delivered as values.</summary>
internal static class ScoreAnnotations
{
    public const string SlotNames = "SlotNames";
    public const string TrainingLabelValues = "TrainingLabelValues";

    private const string SetId = "ScoreColumnSetId";
    private const string ColumnKind = "ScoreColumnKind";
    private const string ValueKind = "ScoreValueKind";
    private const string IsNormalized = "IsNormalized";

    private static readonly KeyDataViewType s_setIdType = new(typeof(uint), int.MaxValue);

    /// <summary>What ML.NET calls the columns of a task.</summary>
    public static string Kind(SuperMoeTask task) => task switch
    {
        BinaryTask => "BinaryClassification",
        MulticlassTask => "MulticlassClassification",
        RegressionTask => "Regression",
        _ => "Recommender",
    };

    /// <summary>Adds the annotations that all score columns have.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, SuperMoeTask task, uint set, string valueKind)
    {
        annotations.Add(SetId, s_setIdType, (ref uint value) => value = set);
        AddText(annotations, ColumnKind, Kind(task));
        AddText(annotations, ValueKind, valueKind);
        if (valueKind == "Probability") { annotations.Add(IsNormalized, BooleanDataViewType.Instance, (ref bool value) => value = true); }
    }

    /// <summary>Adds the classes' values to a column with one slot a class.</summary>
    public static void AddClasses(DataViewSchema.Annotations.Builder annotations, KeyVocabulary classes)
    {
        var texts = new VBuffer<ReadOnlyMemory<char>>(classes.Count, classes.Texts());
        annotations.Add(
            SlotNames, new VectorDataViewType(TextDataViewType.Instance, classes.Count),
            (ref VBuffer<ReadOnlyMemory<char>> value) => texts.CopyTo(ref value));
        classes.AddTo(annotations, TrainingLabelValues);
    }

    /// <summary>The shapes of what <see cref="Add"/> adds.</summary>
    public static IEnumerable<SchemaShape.Column> Shape(string valueKind)
    {
        yield return MLNetSchema.Column(SetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true);
        yield return MLNetSchema.Column(ColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false);
        yield return MLNetSchema.Column(ValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false);
        if (valueKind == "Probability")
        {
            yield return MLNetSchema.Column(IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, isKey: false);
        }
    }

    /// <summary>The shapes of what <see cref="AddClasses"/> adds, given the shape of the label's values.</summary>
    public static IEnumerable<SchemaShape.Column> ClassShape(SchemaShape.Column values)
    {
        yield return Vector(SlotNames, TextDataViewType.Instance);
        yield return Vector(TrainingLabelValues, values.ItemType);
    }

    /// <summary>A vector of known size.</summary>
    public static SchemaShape.Column Vector(string name, DataViewType itemType) =>
        MLNetSchema.Column(name, SchemaShape.Column.VectorKind.Vector, itemType, isKey: false);

    private static void AddText(DataViewSchema.Annotations.Builder annotations, string name, string text)
    {
        var value = text.AsMemory();
        annotations.Add(name, TextDataViewType.Instance, (ref ReadOnlyMemory<char> target) => target = value);
    }
}
