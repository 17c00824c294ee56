using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using Quickstart.Labels;
using Quickstart.Rendering;
using SuperMoe.ML;

namespace Quickstart.MovieLens;

/// <summary>MovieLens 100K: who rated what, and when.</summary>
internal sealed class MovieLensDataset : Dataset
{
    private readonly List<MovieRating> _ratings;
    private readonly List<MovieFan> _users;
    private readonly List<Movie> _movies;

    public MovieLensDataset(string folder)
    {
        var files = new MovieLensFiles(folder);
        _ratings = files.Ratings();
        _users = files.Users();
        _movies = files.Movies();
    }

    public override string Name => "MovieLens 100K";

    public override string About =>
        "Which films people rated, in order; the ratings themselves are kept back for chapter 5. "
        + "Gender, age band and occupation of every fifth user are hidden in training, and everyone's last film.";

    public override string UserColumn => nameof(MovieRating.UserId);

    public override string TimeColumn => nameof(MovieRating.Time);

    public override string ItemColumn => nameof(MovieRating.MovieId);

    public override IReadOnlyList<string> SequenceColumns => [nameof(MovieRating.MovieId)];

    public override IReadOnlyList<Label> Labels =>
        [new MulticlassLabel(nameof(MovieFan.Gender)), new MulticlassLabel(nameof(MovieFan.AgeBand)), new MulticlassLabel(nameof(MovieFan.Occupation))];

    public override Label Unseen => new BinaryLabel("Generous");

    public override IDataView Events(MLContext ml) => ml.Data.LoadFromEnumerable(_ratings);

    public override IDataView Profiles(MLContext ml)
    {
        var means = _ratings.GroupBy(rating => rating.UserId).ToDictionary(group => group.Key, group => group.Average(rating => rating.Rating));
        var median = means.Values.Order().ElementAt(means.Count / 2);
        return ml.Data.LoadFromEnumerable(
            _users.Select(user => MovieFanRow.From(user, means.GetValueOrDefault(user.UserId) > median, hidden: IsHidden(user))));
    }

    public override IDataView Items(MLContext ml)
    {
        var movies = ml.Data.LoadFromEnumerable(_movies);
        return ml.Transforms.Conversion.MapValueToKey(nameof(Movie.Genres))
            .Append(ml.Transforms.ReplaceMissingValues(nameof(Movie.Year), replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
            .Append(ml.Transforms.SelectColumns(nameof(Movie.MovieId), nameof(Movie.Genres), nameof(Movie.Year)))
            .Fit(movies).Transform(movies);
    }

    public override IEstimator<ITransformer> Preparation(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey(nameof(MovieRating.MovieId))
            .Append(ml.Transforms.Conversion.MapValueToKey(nameof(MovieFan.Gender)))
            .Append(ml.Transforms.Conversion.MapValueToKey(nameof(MovieFan.AgeBand)))
            .Append(ml.Transforms.Conversion.MapValueToKey(nameof(MovieFan.Occupation)));

    public override IEstimator<ITransformer> Finish(MLContext ml) =>
        ml.Transforms.Conversion.MapKeyToValue("NextItem.Names", "NextItem.PredictedLabel")
            .Append(ml.Transforms.Conversion.MapKeyToValue("Gender.Name", "Gender.PredictedLabel"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("AgeBand.Name", "AgeBand.PredictedLabel"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Occupation.Name", "Occupation.PredictedLabel"));

    public override SuperMoeOptions Options() => new()
    {
        Model = new SuperMoeModelOptions { Dropout = 0.3 },
        Training = new TrainingOptions { Epochs = 8, Patience = 3, TimeLimit = TimeSpan.FromSeconds(100) },
    };

    public override void ScoreOne(MLContext ml, ITransformer model)
    {
        // A test user: the model has never seen the labels that it foretells here.
        var user = _users.First(IsHidden);
        var history = _ratings.Where(rating => rating.UserId == user.UserId).OrderBy(rating => rating.Time).ToList();
        using var engine = ml.Model.CreatePredictionEngine<MovieVisitor, MovieForecast>(model);
        var forecast = engine.Predict(new MovieVisitor
        {
            MovieId = [.. history.Select(rating => rating.MovieId)],
            Time = [.. history.Select(rating => rating.Time)],
        });

        var titles = _movies.ToDictionary(movie => movie.MovieId, movie => movie.Title);
        Page.Line($"User {user.UserId}, {history.Count} films, the last {string.Join(", ", history.TakeLast(3).Select(e => titles[e.MovieId]))}.");
        UserTable.Show(
            [
                ("gender", forecast.Gender, user.Gender),
                ("age", forecast.AgeBand, user.Age.ToString(CultureInfo.InvariantCulture)),
                ("occupation", forecast.Occupation, user.Occupation),
                ("embedding", $"{forecast.Embedding.Length} numbers", ""),
            ],
            [.. forecast.NextItems.Zip(forecast.NextItemScores, (id, score) => (titles[id], score))]);
    }

    private static bool IsHidden(MovieFan user) => int.Parse(user.UserId, CultureInfo.InvariantCulture) % 5 == 0;
}
