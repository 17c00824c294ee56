using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Estimators;

namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>
/// How few labels a new task needs. A model of next item and Like, which has seen no profile, learns gender from a share of the labels; beside it LightGBM and
/// logistic regression on bags of items and a model from scratch learn from the same labels.
/// </summary>
internal sealed class FitTaskBenchmark(Recipe recipe, FitTaskSettings settings, TextWriter output)
{
    private const string Ours = "FitTask";
    private const string Scratch = "From scratch";

    private static readonly MultiTaskSettings s_data = new()
    {
        Folds = MultiTaskSettings.AllFolds,
        Validation = 0.1,
        LikeRows = 4,
        LikeHistory = 50,
        Rating = RatingField.Key,
        Genres = true,
        Times = true,
    };

    private readonly ShareResults _results = new();
    private readonly List<double> _trainingSeconds = [];
    private readonly List<FitTaskReport> _reports = [];

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    public void Run(string folder)
    {
        var data = MovieLensData.Read(folder);
        Check(folder, data);
        Say($"{folder}: {data.Users.Count} users, {data.Movies.Count} movies, {data.Events} events. Each user's last event is held out of everything.");
        Say($"A run trains next item and Like on all users, and gender on a share of the users of four folds; it is judged on the fifth.");
        for (var run = 0; run < settings.Seeds; run++) { Run(data, run); }
        _results.Write(output);
        output.WriteLine(JsonLine.Of("fittask", recipe.Seed, new { recipe, settings }, new Dictionary<string, object?>
        {
            ["data"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            ["users"] = data.Users.Count,
            ["task"] = TaskNames.Gender,
            ["shares"] = _results.Figures(),
            ["trainingSeconds"] = _trainingSeconds,
            ["taskSeconds"] = _reports.Select(r => r.Seconds).ToArray(),
            ["taskLabels"] = _reports.Select(r => r.Labels).ToArray(),
            ["taskEpochs"] = _reports.Select(r => r.Epochs).ToArray(),
            ["taskParameters"] = _reports[^1].Parameters,
        }));
    }

    // Both genders are needed on both sides, and before anything is trained.
    private void Check(string folder, MovieLensData data)
    {
        for (var fold = 0; fold < Math.Min(settings.Seeds, MultiTaskSettings.AllFolds); fold++)
        {
            foreach (var side in new[] { true, false })
            {
                if (data.Users.Where(u => MultiTaskRows.FoldOf(u) == fold == side).Select(u => u.IsMale).Distinct().Count() == 2) { continue; }
                throw new DataFileException($"{folder} has not both genders among the users {(side ? "of" : "outside of")} fold {fold} (user_id mod {MultiTaskSettings.AllFolds}).");
            }
        }
    }

    private void Run(MovieLensData data, int run)
    {
        var (seed, fold) = (recipe.Seed + run, run % MultiTaskSettings.AllFolds);
        var own = recipe with { Seed = seed };
        var ml = new MLContext(seed);
        var rows = new MultiTaskRows(data, s_data);
        MultiTaskRow[] training = [.. rows.Training(fold)];
        MovieUser[] test = [.. data.Users.Where(u => MultiTaskRows.FoldOf(u) == fold)];
        MovieUser[] others = [.. data.Users.Where(u => MultiTaskRows.FoldOf(u) != fold)];
        var questions = ml.Data.LoadFromEnumerable(rows.Test(fold));
        Say($"Run {run}: seed {seed}, {others.Length} users to learn from, {test.Length} to judge.");
        var pipeline = new MultiTaskPipeline(ml, data, own, s_data);
        var chain = pipeline.Create(TimeSpan.FromMinutes(recipe.Minutes), new EpochLines(output), [pipeline.NextItem, MultiTaskPipeline.Like])
            .Fit(ml.Data.LoadFromEnumerable(training));
        using var model = chain.FindSuperMoe()!;
        _trainingSeconds.Add(model.Report!.Seconds);
        foreach (var share in settings.Shares)
        {
            var known = LabelSample.Of(others, share, seed);
            var names = known.Select(u => u.Id).ToHashSet();
            var labelled = ml.Data.LoadFromEnumerable(training.Take(data.Users.Count).Where(r => names.Contains(r.UserId)).ToArray());
            _results.AddLabels(share, known.Count);
            Judge(share, Ours, Added(ml, chain, labelled, questions, seed), test);
            Baselines(ml, data, known, test, share, seed);
            if (settings.Scratch) { Judge(share, Scratch, FromScratch(ml, pipeline, labelled, questions), test); }
        }
    }

    private List<float> Added(MLContext ml, ITransformer chain, IDataView labelled, IDataView questions, int seed)
    {
        var (model, users) = TransformerChains.Before(chain, labelled)!.Value;
        var options = new FitTaskOptions
        {
            Adapter = settings.Added.Adapter,
            LearningRate = settings.Added.LearningRate,
            WeightDecay = settings.Added.WeightDecay,
            Epochs = settings.Added.Epochs,
            Seed = seed,
        };
        using var fitted = model.FitTask(users, new BinaryTask(TaskNames.Gender), options);
        var report = fitted.FittedTasks[^1];
        _reports.Add(report);
        Say($"  {report.Labels} labels: {report.Seconds:0.0} s, {report.Epochs} epochs, held-out loss {report.ValidationLoss:0.0000}.");
        return Scores(ml, fitted.Transform(TransformerChains.Before(chain, questions)!.Value.Data));
    }

    private void Baselines(MLContext ml, MovieLensData data, IReadOnlyList<MovieUser> known, MovieUser[] test, double share, int seed)
    {
        var baselines = new BagBaselines(ml, new Bag(data.Places(), candidate: false), 1, seed);
        BagExample[] questions = [.. test.Select(Example)];
        foreach (var (method, scores) in baselines.Run([.. known.Select(Example)], questions))
        {
            Judge(share, method, [.. scores.Select(s => s[0])], test);
        }

        static BagExample Example(MovieUser user) => new(user.History, 0, user.IsMale ? 1 : 0);
    }

    // The same architecture and budget, with the one task and the labelled users alone.
    private List<float> FromScratch(MLContext ml, MultiTaskPipeline pipeline, IDataView labelled, IDataView questions)
    {
        var chain = pipeline.Create(TimeSpan.FromMinutes(recipe.Minutes), new Progress<TrainingProgress>(), [new BinaryTask(TaskNames.Gender)]).Fit(labelled);
        using var model = chain.FindSuperMoe()!;
        return Scores(ml, chain.Transform(questions));
    }

    private static List<float> Scores(MLContext ml, IDataView scored) =>
        [.. ml.Data.CreateEnumerable<GenderScore>(scored, reuseRowObject: true).Select(s => s.Gender)];

    private void Judge(double share, string method, IReadOnlyList<float> logits, MovieUser[] test) =>
        Say($"  {share:0.##%} {method}: AUC {_results.Add(share, method, logits, test):0.000}");

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
