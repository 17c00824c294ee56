using Microsoft.ML;
using Microsoft.ML.Transforms;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;
using SuperMoe.ML.Benchmarks.Probe;
using SuperMoe.ML.Benchmarks.Sequence;

namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>Next item, its top category, whether a brand or category comes again, and the length of the rest on Beauty.</summary>
internal sealed class BeautyProtocol : IMultiTaskProtocol
{
    private const string Item = nameof(BeautyRow.Item);

    private readonly BeautyData _data;
    private readonly MultiTaskSettings _settings;
    private readonly BeautyRows _rows;

    /// <exception cref="DataFileException">A fold that is to be run has no users.</exception>
    public BeautyProtocol(string folder, BeautyData data, MultiTaskSettings settings)
    {
        (_data, _settings) = (data, settings);
        _rows = new BeautyRows(data, settings.LabelRows, settings.Validation);
        int[] judged = [.. data.Users.Where(u => BeautyCuts.Of(u, 1).Length > 0).Select(u => u.Id)];
        UserFolds.Check(folder, judged, settings.Folds);
        var count = judged.Count(id => UserFolds.Of(id) < settings.Folds);
        About =
        [
            $"{folder}: {data.Users.Count} users, {data.Items.Count} items in {data.TopCategories.Count} top categories, {data.Events} events.",
            $"{MultiTaskSettings.AllFolds} folds by user id. A fold's users are judged at a cut of their history; nothing after it is in training, no event and no label.",
            $"A cut has at least {BeautyCuts.Before} items before it and {BeautyCuts.After} after it; its place depends on the user alone.",
            $"Labels are validated by a share of {settings.Validation:0.##} of the other users, treated in the same way.",
            "NextItem: the item after the cut, all items ranked less the known ones. NextCategory: its top category.",
            "Repeat: whether one of the next three items has a brand or narrowest category of the known ones. Rest: how many items are left.",
            $"Predictions are pooled over {settings.Folds} of the folds, {count} users. The bags of the baselines hold items and attributes before the cut.",
        ];
        Facts = new Dictionary<string, object?>
        {
            ["users"] = data.Users.Count,
            ["items"] = data.Items.Count,
            ["events"] = data.Events,
            ["judgedUsers"] = count,
        };
    }

    public IReadOnlyList<string> About { get; }

    public IReadOnlyDictionary<string, object?> Facts { get; }

    public string Target => nameof(BeautyRow.Target);

    public IReadOnlyList<string> ProbeTraining => [TaskNames.NextItem, BeautyTasks.NextCategory];

    public IReadOnlyList<SuperMoeTask> Tasks(NextItemTask nextItem) =>
        [nextItem, new MulticlassTask(BeautyTasks.NextCategory), new BinaryTask(BeautyTasks.Repeat), new RegressionTask(BeautyTasks.Rest)];

    public IDataView Training(MLContext ml, int fold, bool nextItem) => ml.Data.LoadFromEnumerable(_rows.Training(fold, nextItem).ToArray());

    public IDataView Test(MLContext ml, int fold) => ml.Data.LoadFromEnumerable(_rows.Test(fold).ToArray());

    public IEstimator<ITransformer> Keys(MLContext ml)
    {
        var items = Values(ml, _data.Items.Keys.Order());
        return Key(ml, Item, items).Append(Key(ml, Target, items)).Append(Key(ml, BeautyTasks.NextCategory, Values(ml, _data.TopCategories)));
    }

    public SuperMoeOptions Columns(MLContext ml) => new()
    {
        ItemColumn = Item,
        ItemAttributes = _settings.Genres ? Attributes(ml) : null,
        ValidationColumn = _settings.Validation > 0 ? nameof(BeautyRow.Validation) : null,
    };

    public void Baselines(MLContext ml, int seed, IReadOnlySet<string> tasks, int[] cutoffs, Scoreboard board) =>
        new BeautyBaselines(ml, _data, _rows, seed, board).Run(_settings.Folds, tasks, cutoffs);

    // Fold 0's users at their cut, in five folds of their own: what comes after it is in no row that a model was trained on.
    public ProbeSet Probe(MLContext ml)
    {
        BeautyRow[] rows = [.. _rows.Test(fold: 0)];
        return new ProbeSet(
            ml.Data.LoadFromEnumerable(rows),
            [.. rows.Select(r => new ProbeUser(UserFolds.Of(r.UserId / MultiTaskSettings.AllFolds), BeautyBag.Of(_data, r.Item), [r.Repeat, r.Rest]))],
            [new ProbeLabel(BeautyTasks.Repeat, 1), new ProbeLabel(BeautyTasks.Rest, Pool.Number)],
            BeautyBag.Places(_data));
    }

    private IDataView Attributes(MLContext ml)
    {
        var rows = ml.Data.LoadFromEnumerable(_data.Items.Select(i => new AttributedItem { Item = i.Key, Attributes = i.Value.Attributes }));
        return ml.Transforms.Conversion.MapValueToKey(nameof(AttributedItem.Attributes)).Fit(rows).Transform(rows);
    }

    private static ValueToKeyMappingEstimator Key(MLContext ml, string column, IDataView values) => ml.Transforms.Conversion.MapValueToKey(column, keyData: values);

    private static IDataView Values(MLContext ml, IEnumerable<int> values) => ml.Data.LoadFromEnumerable(values.Select(v => new KeyValue<int> { Value = v }));
}
