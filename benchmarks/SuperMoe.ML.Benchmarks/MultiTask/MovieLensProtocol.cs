using Microsoft.ML;
using Microsoft.ML.Transforms;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;
using SuperMoe.ML.Benchmarks.Probe;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Next item, Like, gender, age band and occupation on MovieLens.</summary>
internal sealed class MovieLensProtocol : IMultiTaskProtocol
{
    private const string Item = nameof(MultiTaskRow.Item);
    private const string Rating = nameof(MultiTaskRow.Rating);
    private const string Candidate = nameof(MultiTaskRow.Candidate);

    private readonly MovieLensData _data;
    private readonly MultiTaskSettings _settings;
    private readonly int _profiles;

    /// <exception cref="DataFileException">A fold that is to be run has no users.</exception>
    public MovieLensProtocol(string folder, MovieLensData data, MultiTaskSettings settings)
    {
        (_data, _settings) = (data, settings);
        UserFolds.Check(folder, data.Users.Select(u => u.Id), settings.Folds);
        _profiles = data.Users.Count(u => MultiTaskRows.FoldOf(u) < settings.Folds);
        About =
        [
            $"{folder}: {data.Users.Count} users, {data.Movies.Count} movies, {data.Events} events.",
            "Each user's last event is held out: its movie is the next item, its rating of 4 or more is Like. The event before it is the validation target.",
            $"Gender, age band and occupation: {MultiTaskSettings.AllFolds} folds by user_id; a fold's users keep their behaviour and hide their labels.",
            $"Every user is judged by the model of the user's own fold (of a fold that is not run by that of fold 0, on next item and Like alone); profiles of {_profiles} users in {settings.Folds} of the folds, predictions pooled.",
            $"Like is learned from at most {settings.LikeRows} further rows a user: {settings.LikeHistory} events before an earlier event, and its rating.",
            "The bags of the baselines hold all events before the candidate; they learn Like from the same candidates.",
        ];
        Facts = new Dictionary<string, object?>
        {
            ["users"] = data.Users.Count,
            ["items"] = data.Movies.Count,
            ["events"] = data.Events,
            ["judgedUsers"] = data.Users.Count,
            ["judgedProfiles"] = _profiles,
        };
    }

    public IReadOnlyList<string> About { get; }

    public IReadOnlyDictionary<string, object?> Facts { get; }

    public string Target => Candidate;

    public IReadOnlyList<string> ProbeTraining => [TaskNames.NextItem, TaskNames.Like];

    public IReadOnlyList<SuperMoeTask> Tasks(NextItemTask nextItem) =>
    [
        nextItem,
        new BinaryTask(TaskNames.Like) { CandidateColumn = Candidate },
        new BinaryTask(TaskNames.Gender),
        new MulticlassTask(TaskNames.AgeBand),
        new MulticlassTask(TaskNames.Occupation),
    ];

    public IDataView Training(MLContext ml, int fold, bool nextItem) =>
        ml.Data.LoadFromEnumerable(new MultiTaskRows(_data, _settings, nextItem).Training(fold).ToArray());

    public IDataView Test(MLContext ml, int fold)
    {
        var rows = new MultiTaskRows(_data, _settings);
        return ml.Data.LoadFromEnumerable(rows.Test(fold).Concat(fold == 0 ? rows.OfOtherFolds() : []).ToArray());
    }

    public IEstimator<ITransformer> Keys(MLContext ml)
    {
        var movies = Values(ml, _data.Movies.Select(m => m.Id));
        var keys = Key(ml, Item, movies).Append(Key(ml, Candidate, movies))
            .Append(Key(ml, TaskNames.AgeBand, Values(ml, AgeBands.Names)))
            .Append(Key(ml, TaskNames.Occupation, Values(ml, _data.Occupations)));
        return _settings.Rating switch
        {
            RatingField.Key => keys.Append(Key(ml, Rating, Values(ml, Enumerable.Range(1, 5)))),
            RatingField.Number => keys.Append(ml.Transforms.Conversion.ConvertType(Rating)),
            _ => keys,
        };
    }

    public SuperMoeOptions Columns(MLContext ml) => new()
    {
        ItemColumn = Item,
        SequenceColumns = _settings.Rating == RatingField.None ? [] : [Rating],
        TimeColumn = _settings.Times ? nameof(MultiTaskRow.Time) : null,
        ItemAttributes = _settings.Genres ? Attributes(ml) : null,
    };

    public void Baselines(MLContext ml, int seed, IReadOnlySet<string> tasks, int[] cutoffs, Scoreboard board)
    {
        var baselines = new MovieLensBaselines(ml, _data, _settings, seed, board);
        if (tasks.Contains(TaskNames.NextItem)) { baselines.NextItem(_data.Users, cutoffs); }
        if (tasks.Contains(TaskNames.Like)) { baselines.Like(_data.Users); }
        foreach (var label in ProfileLabel.All(_data).Where(l => tasks.Contains(l.Task)))
        {
            for (var fold = 0; fold < _settings.Folds; fold++) { baselines.Profile(label, fold); }
        }
    }

    // All users, since neither task is hidden in a fold: the profiles are, as they are not trained at all.
    public ProbeSet Probe(MLContext ml)
    {
        var rows = new MultiTaskRows(_data, _settings);
        var users = Enumerable.Range(0, MultiTaskSettings.AllFolds).SelectMany(fold => _data.Users.Where(u => MultiTaskRows.FoldOf(u) == fold)).ToList();
        var labels = ProfileLabel.All(_data);
        return new ProbeSet(
            ml.Data.LoadFromEnumerable(Enumerable.Range(0, MultiTaskSettings.AllFolds).SelectMany(rows.Test).ToArray()),
            [.. users.Select(u => new ProbeUser(MultiTaskRows.FoldOf(u), [.. u.History.Select(e => e.Item)], [.. labels.Select(l => (float)l.Of(u))]))],
            [.. labels.Select(l => new ProbeLabel(l.Task, l.Width))],
            _data.Places());
    }

    private IDataView Attributes(MLContext ml)
    {
        var rows = ml.Data.LoadFromEnumerable(_data.Movies.Select(m => new MovieGenres { Item = m.Id, Genre = m.Genres }));
        return ml.Transforms.Conversion.MapValueToKey(nameof(MovieGenres.Genre)).Fit(rows).Transform(rows);
    }

    private static ValueToKeyMappingEstimator Key(MLContext ml, string column, IDataView values) => ml.Transforms.Conversion.MapValueToKey(column, keyData: values);

    private static IDataView Values<T>(MLContext ml, IEnumerable<T> values) => ml.Data.LoadFromEnumerable(values.Select(v => new KeyValue<T> { Value = v }));
}
