using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The pipeline from <see cref="MultiTaskRow"/>s to the predictions of all tasks.</summary>
internal sealed class MultiTaskPipeline(MLContext ml, MovieLensData data, Recipe recipe, MultiTaskSettings settings)
{
    private const string Item = nameof(MultiTaskRow.Item);
    private const string Rating = nameof(MultiTaskRow.Rating);
    private const string Candidate = nameof(MultiTaskRow.Candidate);

    /// <summary>The untrained pipeline.</summary>
    /// <param name="limit">The time limit of the training.</param>
    /// <param name="progress">Who hears of it.</param>
    /// <param name="tasks">The tasks; all unless told.</param>
    public EstimatorChain<SuperMoeTransformer> Create(TimeSpan limit, IProgress<TrainingProgress> progress, IList<SuperMoeTask>? tasks = null) =>
        Keys().Append(ml.Transforms.SuperMoe(Options(limit, progress, tasks ?? [NextItem, Like, .. Profile])));

    /// <summary>The task of the next item.</summary>
    public SuperMoeTask NextItem => recipe.NextItem();

    /// <summary>The task of whether the candidate is liked.</summary>
    public static SuperMoeTask Like => new BinaryTask(TaskNames.Like) { CandidateColumn = Candidate };

    private static SuperMoeTask[] Profile => [new BinaryTask(TaskNames.Gender), new MulticlassTask(TaskNames.AgeBand), new MulticlassTask(TaskNames.Occupation)];

    private SuperMoeOptions Options(TimeSpan limit, IProgress<TrainingProgress> progress, IList<SuperMoeTask> tasks) => new()
    {
        ItemColumn = Item,
        SequenceColumns = settings.Rating == RatingField.None ? [] : [Rating],
        TimeColumn = settings.Times ? nameof(MultiTaskRow.Time) : null,
        ItemAttributes = settings.Genres ? Attributes() : null,
        Tasks = tasks,
        Model = recipe.Model(),
        Training = Training(limit, progress),
    };

    private TrainingOptions Training(TimeSpan limit, IProgress<TrainingProgress> progress)
    {
        var training = recipe.Training(limit, progress);
        training.ValidationFraction = settings.Validation;
        return training;
    }

    // Keys are made from all values there are, not from those that a fold happens to show.
    private IEstimator<ITransformer> Keys()
    {
        var movies = Values(data.Movies.Select(m => m.Id));
        var keys = Key(Item, movies).Append(Key(Candidate, movies))
            .Append(Key(TaskNames.AgeBand, Values(AgeBands.Names)))
            .Append(Key(TaskNames.Occupation, Values(data.Occupations)));
        return settings.Rating switch
        {
            RatingField.Key => keys.Append(Key(Rating, Values(Enumerable.Range(1, 5)))),
            RatingField.Number => keys.Append(ml.Transforms.Conversion.ConvertType(Rating)),
            _ => keys,
        };
    }

    private IDataView Attributes()
    {
        var rows = ml.Data.LoadFromEnumerable(data.Movies.Select(m => new MovieGenres { Item = m.Id, Genre = m.Genres }));
        return ml.Transforms.Conversion.MapValueToKey(nameof(MovieGenres.Genre)).Fit(rows).Transform(rows);
    }

    private ValueToKeyMappingEstimator Key(string column, IDataView values) => ml.Transforms.Conversion.MapValueToKey(column, keyData: values);

    private IDataView Values<T>(IEnumerable<T> values) => ml.Data.LoadFromEnumerable(values.Select(v => new KeyValue<T> { Value = v }));
}
