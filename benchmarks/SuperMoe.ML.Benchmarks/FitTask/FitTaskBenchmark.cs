using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
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
    private const int SampleSeeds = 1000; // between the seeds of two samples
    private const int MethodsBeforeTrees = 2; // the majority and logistic regression
    private const int LeastForTrees = 40; // LightGBM's leaves hold 20 examples or more: with fewer its trees have no split, on which ML.NET may fail

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
        var protocol = new MovieLensProtocol(folder, data, s_data);
        Say($"{folder}: {data.Users.Count} users, {data.Movies.Count} movies, {data.Events} events. Each user's last event is held out of everything.");
        Say($"A seed trains next item and Like on all users once. Gender is then learned from a share of the users of four folds and judged on the fifth, five times; a figure is the mean AUC of the folds, and there is one for each sample of labels.");
        for (var seed = recipe.Seed; seed < recipe.Seed + settings.Seeds; seed++) { Run(data, protocol, recipe with { Seed = seed }); }
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
    private static void Check(string folder, MovieLensData data)
    {
        for (var fold = 0; fold < MultiTaskSettings.AllFolds; fold++)
        {
            foreach (var side in new[] { true, false })
            {
                if (data.Users.Where(u => MultiTaskRows.FoldOf(u) == fold == side).Select(u => u.IsMale).Distinct().Count() == 2) { continue; }
                throw new DataFileException($"{folder} has not both genders among the users {(side ? "of" : "outside of")} fold {fold} (user_id mod {MultiTaskSettings.AllFolds}).");
            }
        }
    }

    private void Run(MovieLensData data, MovieLensProtocol protocol, Recipe own)
    {
        var ml = own.Context();
        var pipeline = new MultiTaskPipeline(ml, protocol, own, s_data.Validation);
        Say($"Seed {own.Seed}: next item and Like.");
        SuperMoeTask[] tasks = [.. protocol.Tasks(own.NextItem()).Where(t => t.Name is TaskNames.NextItem or TaskNames.Like)];
        var chain = pipeline.Create(tasks, TimeSpan.FromMinutes(own.Minutes), new EpochLines(output)).Fit(protocol.Training(ml, fold: 0, nextItem: true));
        using var model = chain.FindSuperMoe()!;
        _trainingSeconds.Add(model.Report!.Seconds);
        for (var fold = 0; fold < MultiTaskSettings.AllFolds; fold++)
        {
            MovieUser[] test = [.. data.Users.Where(u => MultiTaskRows.FoldOf(u) == fold)];
            MovieUser[] others = [.. data.Users.Where(u => MultiTaskRows.FoldOf(u) != fold)];
            var rows = new MultiTaskRows(data, s_data, nextItem: false).Training(fold).Take(data.Users.Count).ToList(); // a row a user, without those of Like
            var questions = protocol.Test(ml, fold);
            foreach (var (share, sample) in settings.Shares.SelectMany(share => Enumerable.Range(0, settings.Samples).Select(sample => (share, sample))))
            {
                var known = LabelSample.Of(others, share, own.Seed + fold + (sample * SampleSeeds));
                var names = known.Select(u => u.Id).ToHashSet();
                var labelled = ml.Data.LoadFromEnumerable(rows.Where(r => names.Contains(r.UserId)).ToArray());
                var run = new LabelRun(own.Seed, sample);
                _results.AddLabels(share, known.Count);
                Judge(run, share, Ours, Added(ml, chain, labelled, questions, own.Seed + sample), test);
                Baselines(ml, data, known, test, share, run);
                if (settings.Scratch && sample == 0) { Judge(run, share, Scratch, FromScratch(pipeline, labelled, questions, own), test); }
            }
        }
    }

    private List<float> Added(MLContext ml, ITransformer chain, IDataView labelled, IDataView questions, int seed)
    {
        var (model, users) = TransformerChains.Before(chain, labelled)!.Value;
        var options = settings.Added(seed);
        using var fitted = model.FitTask(users, new BinaryTask(TaskNames.Gender), options);
        var report = fitted.FittedTasks[^1];
        _reports.Add(report);
        Say($"  {report.Labels} labels: {report.Seconds:0.0} s, {report.Epochs} epochs, held-out loss {report.ValidationLoss:0.0000}.");
        return Scores(fitted.Transform(TransformerChains.Before(chain, questions)!.Value.Data));
    }

    private void Baselines(MLContext ml, MovieLensData data, IReadOnlyList<MovieUser> known, MovieUser[] test, double share, LabelRun run)
    {
        var bag = new Bag(data.Places(), candidate: false);
        var methods = bag.Run(new Learners(ml, bag.Size, 1, run.Seed), known.Select(Example), test.Select(Example)); // run as they are asked for
        if (known.Count < LeastForTrees) { methods = methods.Take(MethodsBeforeTrees).Append((Learners.Trees, [.. test.Select(_ => (float[])[0])])); }
        foreach (var (method, scores) in methods)
        {
            if (method != Learners.Simplest) { Judge(run, share, method, [.. scores.Select(s => s[0])], test); }
        }

        static BagExample Example(MovieUser user) => new(user.History.Select(e => e.Item), 0, user.IsMale ? 1 : 0);
    }

    // The same architecture and budget, with the one task and the labelled users alone.
    private static List<float> FromScratch(MultiTaskPipeline pipeline, IDataView labelled, IDataView questions, Recipe own)
    {
        var chain = pipeline.Create([new BinaryTask(TaskNames.Gender)], TimeSpan.FromMinutes(own.Minutes), new Progress<TrainingProgress>()).Fit(labelled);
        using var model = chain.FindSuperMoe()!;
        return Scores(chain.Transform(questions));
    }

    private static List<float> Scores(IDataView scored) => [.. scored.GetColumn<float>($"{TaskNames.Gender}.Score")];

    private void Judge(LabelRun run, double share, string method, IReadOnlyList<float> logits, MovieUser[] test) =>
        Say($"  {share:0.##%} {method}: AUC {_results.Add(share, method, run, logits, test):0.000}");

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
