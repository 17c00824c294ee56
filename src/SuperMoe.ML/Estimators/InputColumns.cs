using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Estimators;

/// <summary>The columns that options ask for: checks them against a schema and finds them there.</summary>
internal sealed class InputColumns(IExceptionContext context, SuperMoeOptions options)
{
    private const string KeyAdvice = "make it a key with MapValueToKey";
    private const string SingleAdvice = "make it Single with ConvertType";

    /// <summary>Checks that every column is there and of a right type.</summary>
    /// <param name="shape">The shape of the input.</param>
    /// <param name="labels">Whether label columns are needed: for training, not for scoring.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public void Check(SchemaShape shape, bool labels)
    {
        Require(shape, "item", options.ItemColumn, c => IsVector(c) && c.IsKey, $"a vector of keys ({KeyAdvice})");
        foreach (var name in options.SequenceColumns)
        {
            Require(
                shape, "sequence", name, c => IsVector(c) && (c.IsKey || IsSingle(c)),
                $"a vector of keys or of Single ({KeyAdvice}, or {SingleAdvice})");
        }
        if (options.TimeColumn is { } time)
        {
            Require(shape, "time", time, c => IsVector(c) && !c.IsKey && IsTime(c.ItemType), "a vector of DateTime, DateTimeOffset or numbers");
        }
        if (options.ProfileColumn is { } profile)
        {
            Require(
                shape, "profile", profile, c => IsSingle(c) && c.Kind != SchemaShape.Column.VectorKind.VariableVector,
                $"Single or a vector of Single of known size ({SingleAdvice}, Concatenate)");
        }
        foreach (var task in options.Tasks) { Check(shape, task, labels); }
    }

    /// <summary>Checks that every column that training reads is there and of a right type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public void CheckTraining(SchemaShape shape) => CheckTraining(shape, schema: null);

    private void CheckTraining(SchemaShape shape, DataViewSchema? schema)
    {
        Check(shape, labels: true);
        if (options.ValidationColumn is { } validation)
        {
            Require(shape, "validation", validation, c => !IsVector(c) && c.ItemType is BooleanDataViewType, "Boolean (make it Boolean with ConvertType)");
        }
        if (options.ItemAttributes is { Schema: var items }
            && ItemAttributesReader.Mistakes(items, options.ItemColumn, schema?[options.ItemColumn]) is { Count: > 0 } mistakes)
        {
            throw ItemAttributesReader.Wrong(mistakes);
        }
    }

    /// <summary>Finds the columns to train on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public BehaviorColumns ForTraining(DataViewSchema schema)
    {
        CheckTraining(MLNetSchema.Shape(schema), schema);
        return WithLabels(schema, Find(schema, options.ValidationColumn));
    }

    /// <summary>Finds the columns to judge a model on, with the labels of all tasks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public BehaviorColumns ForJudging(DataViewSchema schema)
    {
        Check(MLNetSchema.Shape(schema), labels: true);
        return WithLabels(schema, validation: null);
    }

    private BehaviorColumns WithLabels(DataViewSchema schema, DataViewSchema.Column? validation)
    {
        var item = schema[options.ItemColumn];
        var keys = options.SequenceColumns.Select(n => schema[n]).Where(c => ItemType(c) is KeyDataViewType).ToList();
        var numbers = options.SequenceColumns.Select(n => schema[n]).Where(c => ItemType(c) is not KeyDataViewType).ToList();
        var profile = Find(schema, options.ProfileColumn);
        var behavior = new BehaviorSchema(
            KeyCount(item, "item"),
            [.. keys.Select(c => new KeyField(c.Name, KeyCount(c, "sequence"), KeyVocabulary.Of(c)?.Fingerprint()))],
            [.. numbers.Select(c => c.Name)],
            options.TimeColumn is not null,
            profile is { } p ? (p.Type as VectorDataViewType)?.Size ?? 1 : 0,
            KeyVocabulary.Of(item)?.Fingerprint());
        CheckCandidates(schema, item);
        return Bind(schema, behavior, [.. options.Tasks.Select(t => Label(schema, t))], validation);
    }

    /// <summary>Finds the columns to score, without labels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a wrong type, or has other keys than in training.</exception>
    public BehaviorColumns ForScoring(DataViewSchema schema, BehaviorSchema trained) => ForTrained(schema, trained, labels: false);

    /// <summary>Finds the columns to learn the options' tasks with a model that is trained already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a wrong type, or has other keys than in training.</exception>
    public BehaviorColumns ForLearning(DataViewSchema schema, BehaviorSchema trained) => ForTrained(schema, trained, labels: true);

    private BehaviorColumns ForTrained(DataViewSchema schema, BehaviorSchema trained, bool labels)
    {
        Check(MLNetSchema.Shape(schema), labels);
        var item = schema[options.ItemColumn];
        RequireKeys(item, "item", trained.ItemCount, trained.ItemFingerprint);
        foreach (var field in trained.KeyFields)
        {
            if (ItemType(schema[field.Name]) is not KeyDataViewType)
            {
                throw Mismatch(schema[field.Name], "sequence", "a vector of keys, as in training");
            }
            RequireKeys(schema[field.Name], "sequence", field.Count, field.Fingerprint);
        }
        foreach (var name in trained.NumberFields)
        {
            if (ItemType(schema[name]) is KeyDataViewType) { throw Mismatch(schema[name], "sequence", "a vector of Single, as in training"); }
        }
        if (Find(schema, options.ProfileColumn) is { } profile && ((profile.Type as VectorDataViewType)?.Size ?? 1) != trained.ProfileSize)
        {
            throw Mismatch(profile, "profile", $"{trained.ProfileSize} features, as in training");
        }
        CheckCandidates(schema, item);
        // The whole history counts where its items are left out of a ranking; the model looks at the latest events itself.
        return Bind(schema, trained, labels ? [.. options.Tasks.Select(t => Label(schema, t))] : [], validation: null);
    }

    /// <summary>What to remember of the label columns.</summary>
    public IReadOnlyList<LabelVocabulary?> Labels(DataViewSchema schema) =>
        [.. options.Tasks.Select(t => t is MulticlassTask task ? Labels(schema[task.LabelColumn]) : null)];

    private static bool IsVector(SchemaShape.Column column) => column.Kind != SchemaShape.Column.VectorKind.Scalar;

    private static bool IsSingle(SchemaShape.Column column) => !column.IsKey && column.ItemType == NumberDataViewType.Single;

    private static bool IsTime(DataViewType type) => type is NumberDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType;

    private static DataViewType ItemType(DataViewSchema.Column column) => (column.Type as VectorDataViewType)?.ItemType ?? column.Type;

    private static DataViewSchema.Column? Find(DataViewSchema schema, string? name) => name is null ? null : schema[name];

    private void Check(SchemaShape shape, SuperMoeTask task, bool labels)
    {
        if (task is BinaryTask { CandidateColumn: { } candidate })
        {
            Require(shape, "candidate", candidate, c => !IsVector(c) && c.IsKey, $"a key of the values of '{options.ItemColumn}'");
        }
        if (!labels || task is not LabeledTask labeled) { return; }
        switch (labeled)
        {
            case BinaryTask:
                Require(
                    shape, "label", labeled.LabelColumn, c => !IsVector(c) && (IsSingle(c) || c.ItemType is BooleanDataViewType),
                    $"Boolean or Single ({SingleAdvice})");
                break;
            case MulticlassTask:
                Require(shape, "label", labeled.LabelColumn, c => !IsVector(c) && c.IsKey, $"a key ({KeyAdvice})");
                break;
            default:
                Require(shape, "label", labeled.LabelColumn, c => !IsVector(c) && IsSingle(c), $"Single ({SingleAdvice})");
                break;
        }
    }

    private void Require(SchemaShape shape, string role, string name, Func<SchemaShape.Column, bool> fits, string expected)
    {
        if (!shape.TryFindColumn(name, out var column)) { throw MLNetSchema.Missing(context, role, name); }
        if (!fits(column)) { throw MLNetSchema.Mismatch(context, role, name, expected, MLNetSchema.TypeText(column)); }
    }

    private Exception Mismatch(DataViewSchema.Column column, string role, string expected) =>
        MLNetSchema.Mismatch(context, role, column.Name, expected, column.Type.ToString()!);

    private int KeyCount(DataViewSchema.Column column, string role) =>
        ((KeyDataViewType)ItemType(column)).Count is var count and < int.MaxValue
            ? (int)count
            : throw Mismatch(column, role, string.Create(CultureInfo.InvariantCulture, $"a key of fewer than {int.MaxValue:N0} values"));

    private void RequireKeys(DataViewSchema.Column column, string role, int count, string? fingerprint)
    {
        if (((KeyDataViewType)ItemType(column)).Count != (ulong)count)
        {
            throw Mismatch(column, role, string.Create(CultureInfo.InvariantCulture, $"keys of {count:N0} values, as in training"));
        }
        if (fingerprint is not null && KeyVocabulary.Of(column) is { } own && own.Fingerprint() != fingerprint)
        {
            throw Mismatch(
                column, role, "keys of the same values in the same order as in training; these are others. "
                + "Map the column with the mapping that was fitted for training, such as by keeping it in the saved pipeline");
        }
    }

    private void CheckCandidates(DataViewSchema schema, DataViewSchema.Column item)
    {
        var columns = options.Tasks.OfType<BinaryTask>().Select(t => Find(schema, t.CandidateColumn)).OfType<DataViewSchema.Column>().ToList();
        if (columns.Count == 0) { return; }
        var items = KeyVocabulary.Of(item);
        foreach (var column in columns)
        {
            RequireCandidates(column, item, items);
        }
    }

    private void RequireCandidates(DataViewSchema.Column column, DataViewSchema.Column item, KeyVocabulary? items)
    {
        var expected = $"a key of the values of '{item.Name}' (map both with one MapValueToKey, such as with its keyData)";
        if (((KeyDataViewType)column.Type).Count != ((KeyDataViewType)ItemType(item)).Count) { throw Mismatch(column, "candidate", expected); }
        if (items is not null && KeyVocabulary.Of(column) is { } own && !own.SameAs(items))
        {
            throw Mismatch(column, "candidate", expected + "; its values are others");
        }
    }

    private static LabelColumn? Label(DataViewSchema schema, SuperMoeTask task) => task switch
    {
        BinaryTask binary => new LabelColumn(schema[binary.LabelColumn], LabelKind.Binary),
        MulticlassTask multiclass => new LabelColumn(schema[multiclass.LabelColumn], LabelKind.Multiclass),
        RegressionTask regression => new LabelColumn(schema[regression.LabelColumn], LabelKind.Regression),
        _ => null,
    };

    private LabelVocabulary Labels(DataViewSchema.Column column) => new(KeyCount(column, "label"), KeyVocabulary.Of(column));

    private BehaviorColumns Bind(DataViewSchema schema, BehaviorSchema behavior, IReadOnlyList<LabelColumn?> labels, DataViewSchema.Column? validation) => new()
    {
        Schema = behavior,
        Item = schema[options.ItemColumn],
        Keys = [.. behavior.KeyFields.Select(f => schema[f.Name])],
        Numbers = [.. behavior.NumberFields.Select(n => schema[n])],
        Time = Find(schema, options.TimeColumn),
        Profile = Find(schema, options.ProfileColumn),
        Labels = labels,
        Validation = validation,
        Candidates = [.. options.Tasks.Select(t => Find(schema, (t as BinaryTask)?.CandidateColumn))],
    };
}
