using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>
/// Trains a model for each fold of users and judges it on the users whose profile it has not seen; all tasks' predictions are pooled over folds.
/// </summary>
internal sealed class MultiTaskBenchmark(Recipe recipe, MultiTaskSettings settings, TextWriter output)
{
    private static readonly int[] s_cutoffs = [5, 10];

    private readonly MLContext _ml = new(recipe.Seed);
    private readonly Scoreboard _board = new();
    private readonly List<NextItemMetrics> _rankings = [];
    private readonly List<TrainingReport> _reports = [];

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    public void Run(string folder)
    {
        var data = MovieLensData.Read(folder);
        CheckFolds(folder, data);
        MovieUser[] judged = [.. data.Users.Where(u => MultiTaskRows.FoldOf(u) < settings.Folds)];
        Describe(folder, data, judged.Length);
        var baselines = new BaselineRun(_ml, data, settings, recipe.Seed, _board);
        for (var fold = 0; fold < settings.Folds; fold++)
        {
            Train(data, fold);
            Say($"Fold {fold}: baselines.");
            baselines.Profiles(fold);
        }
        Say($"Baselines of next item and Like.");
        _board.Add(TaskNames.NextItem, Scoreboard.Ours, MetricNames.Of(RankingPool.Of(_rankings)));
        baselines.Behaviour(judged, s_cutoffs);
        ExpertLines.Write(output, _reports[^1]);
        _board.Write(output);
        output.WriteLine(JsonLine.Of("multitask", recipe.Seed, new { recipe, settings }, Results(folder, data, judged.Length)));
    }

    // Before the first fold is trained.
    private void CheckFolds(string folder, MovieLensData data)
    {
        var users = data.Users.CountBy(MultiTaskRows.FoldOf).ToDictionary();
        var empty = Enumerable.Range(0, settings.Folds).Where(fold => !users.ContainsKey(fold)).ToList();
        if (empty.Count > 0)
        {
            throw new DataFileException($"{folder} has no users whose user_id mod {MultiTaskSettings.AllFolds} is {string.Join(" or ", empty)}; every fold needs some.");
        }
    }

    private void Train(MovieLensData data, int fold)
    {
        var rows = new MultiTaskRows(data, settings);
        MultiTaskRow[] training = [.. rows.Training(fold)];
        Say($"Fold {fold}: training on {training.Length} rows with {training.Sum(r => (long)r.Item.Length)} events; the profiles of its users are hidden.");
        var limit = TimeSpan.FromMinutes(recipe.Minutes / settings.Folds);
        var pipeline = new MultiTaskPipeline(_ml, data, recipe, settings).Create(limit, new EpochLines(output));
        var chain = pipeline.Fit(_ml.Data.LoadFromEnumerable(training));
        using var model = chain.FindSuperMoe()!;
        _reports.Add(model.Report!);
        var test = _ml.Data.LoadFromEnumerable(rows.Test(fold));
        var ranking = _ml.Ranking.EvaluateNextItem(chain, test, nameof(MultiTaskRow.Candidate), s_cutoffs);
        _rankings.Add(ranking);
        Judge(data.Users, chain.Transform(test));
        Say($"Fold {fold}: {_reports[^1].Seconds:0.0} s, best epoch {_reports[^1].BestEpoch} of {_reports[^1].Epochs.Count}.");
        Say($"Fold {fold}: next item NDCG@10 {ranking.Ndcg[10]:0.0000} over {ranking.Users} users.");
    }

    private void Judge(IEnumerable<MovieUser> all, IDataView scored)
    {
        var users = all.ToDictionary(u => u.Id);
        foreach (var row in _ml.Data.CreateEnumerable<ScoredUser>(scored, reuseRowObject: false))
        {
            var user = users[row.UserId];
            _board.Add(TaskNames.Like, Scoreboard.Ours, [row.Like], user.Test.IsLike ? 1 : 0);
            _board.Add(TaskNames.Gender, Scoreboard.Ours, [row.Gender], user.IsMale ? 1 : 0);
            _board.Add(TaskNames.AgeBand, Scoreboard.Ours, row.AgeBand, user.AgeBand);
            _board.Add(TaskNames.Occupation, Scoreboard.Ours, row.Occupation, user.Occupation);
        }
    }

    private void Describe(string folder, MovieLensData data, int judged)
    {
        Say($"{folder}: {data.Users.Count} users, {data.Movies.Count} movies, {data.Events} events.");
        Say($"Each user's last event is held out: its movie is the next item, its rating of 4 or more is Like. The event before it is the validation target.");
        Say($"Gender, age band and occupation: {MultiTaskSettings.AllFolds} folds by user_id; a fold's users keep their behaviour and hide their labels.");
        Say($"Every user is judged by the model of the user's own fold; predictions are pooled over {settings.Folds} of the folds, {judged} users.");
        Say($"Like is learned from at most {settings.LikeRows} further rows a user: {settings.LikeHistory} events before an earlier event, and its rating.");
        Say($"The bags of the baselines hold all events before the candidate; they learn Like from the same candidates.");
        Say($"At most {recipe.Epochs} epochs a fold, {recipe.Minutes} minutes over all folds; {settings.Validation:0.##} of rows validate the labels.");
    }

    private Dictionary<string, object?> Results(string folder, MovieLensData data, int judged) => new()
    {
        ["data"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
        ["users"] = data.Users.Count,
        ["items"] = data.Movies.Count,
        ["events"] = data.Events,
        ["judgedUsers"] = judged,
        ["tasks"] = _board.Figures(),
        ["bestEpochs"] = _reports.Select(r => r.BestEpoch).ToArray(),
        ["epochs"] = _reports.Select(r => r.Epochs.Count).ToArray(),
        ["trainingSeconds"] = _reports.Sum(r => r.Seconds),
        ["foldTrainingSeconds"] = _reports.Select(r => r.Seconds).ToArray(),
        ["paddingShare"] = _reports.SelectMany(r => r.Epochs).Select(e => e.PaddingShare).DefaultIfEmpty(double.NaN).Average(),
        ["parameters"] = _reports[^1].Parameters,
    };

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
