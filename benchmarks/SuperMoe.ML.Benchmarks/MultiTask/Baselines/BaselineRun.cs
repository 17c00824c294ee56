using Microsoft.ML;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>Runs the baselines of all tasks, on the same folds and the same events.</summary>
internal sealed class BaselineRun(MLContext ml, MovieLensData data, MultiTaskSettings settings, int seed, Scoreboard board)
{
    private readonly Dictionary<int, int> _places = data.Places();

    /// <summary>The profile tasks of a fold: learned from the other folds' users, asked about the fold's.</summary>
    public void Profiles(int fold)
    {
        foreach (var (task, width, label) in ProfileTasks())
        {
            var (test, training) = Split(fold);
            BagExample[] questions = [.. test.Select(u => new BagExample(u.History, 0, label(u)))];
            var baselines = new BagBaselines(ml, new Bag(_places, candidate: false), width, seed);
            foreach (var (method, scores) in baselines.Run([.. training.Select(u => new BagExample(u.History, 0, label(u)))], questions))
            {
                AddAll(task, method, scores, questions);
            }
        }
    }

    /// <summary>The tasks whose labels are behaviour, which no fold hides: next item and Like.</summary>
    /// <param name="users">The users to judge.</param>
    /// <param name="cutoffs">The lengths of the lists of next items.</param>
    public void Behaviour(IReadOnlyList<MovieUser> users, int[] cutoffs)
    {
        board.Add(TaskNames.NextItem, "Popularity", Reporting.MetricNames.Of(Popularity.Judge(data, users, cutoffs)));

        BagExample[] questions = [.. users.Select(u => new BagExample(u.History, u.Test.Item, u.Test.IsLike ? 1 : 0))];
        BagExample[] training = [.. data.Users.SelectMany(u => LikeExamples.Of(u, settings.LikeRows)
            .Select(place => new BagExample(u.Events.Take(place), u.Events[place].Item, u.Events[place].IsLike ? 1 : 0)))];
        foreach (var (method, scores) in new BagBaselines(ml, new Bag(_places, candidate: true), 1, seed).Run(training, questions))
        {
            AddAll(TaskNames.Like, method, scores, questions);
        }
        var means = new MeanLike(data);
        AddAll(TaskNames.Like, "Movie and user means", [.. users.Select(u => (float[])[means.Logit(u)])], questions);
    }

    private IEnumerable<(string Task, int Width, Func<MovieUser, int> Label)> ProfileTasks()
    {
        yield return (TaskNames.Gender, 1, u => u.IsMale ? 1 : 0);
        yield return (TaskNames.AgeBand, AgeBands.Names.Count, u => u.AgeBand);
        yield return (TaskNames.Occupation, data.Occupations.Count, u => u.Occupation);
    }

    private (IEnumerable<MovieUser> Test, IEnumerable<MovieUser> Training) Split(int fold)
    {
        var parts = data.Users.ToLookup(u => MultiTaskRows.FoldOf(u) == fold);
        return (parts[true], parts[false]);
    }

    private void AddAll(string task, string method, List<float[]> scores, BagExample[] questions)
    {
        for (var i = 0; i < questions.Length; i++) { board.Add(task, method, scores[i], questions[i].Label); }
    }
}
