using Microsoft.ML;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>Runs the baselines of MovieLens, on the same folds and the same events.</summary>
internal sealed class MovieLensBaselines(MLContext ml, MovieLensData data, MultiTaskSettings settings, int seed, Scoreboard board)
{
    private readonly Dictionary<int, int> _places = data.Places();

    /// <summary>A profile task of a fold: learned from the other folds' users, asked about the fold's.</summary>
    public void Profile(ProfileLabel label, int fold)
    {
        var parts = data.Users.ToLookup(u => MultiTaskRows.FoldOf(u) == fold, u => new BagExample(u.History.Select(e => e.Item), 0, label.Of(u)));
        var bag = new Bag(_places, candidate: false);
        AddAll(label.Task, bag.Run(new Learners(ml, bag.Size, label.Width, seed), parts[false], parts[true]), [.. parts[true]]);
    }

    /// <summary>The next item by popularity.</summary>
    /// <param name="users">The users to judge.</param>
    /// <param name="cutoffs">The lengths of the lists of next items.</param>
    public void NextItem(IReadOnlyList<MovieUser> users, int[] cutoffs) =>
        board.Add(TaskNames.NextItem, "Popularity", Reporting.MetricNames.Of(Popularity.Judge(data, users, cutoffs)));

    /// <summary>Like, whose labels are behaviour, which no fold hides.</summary>
    /// <param name="users">The users to judge.</param>
    public void Like(IReadOnlyList<MovieUser> users)
    {
        BagExample[] questions = [.. users.Select(u => new BagExample(u.History.Select(e => e.Item), u.Test.Item, u.Test.IsLike ? 1 : 0))];
        var training = data.Users.SelectMany(u => LikeExamples.Of(u, settings.LikeRows)
            .Select(place => new BagExample(u.Events.Take(place).Select(e => e.Item), u.Events[place].Item, u.Events[place].IsLike ? 1 : 0)));
        var bag = new Bag(_places, candidate: true);
        AddAll(TaskNames.Like, bag.Run(new Learners(ml, bag.Size, 1, seed), training, questions), questions);
        var means = new MeanLike(data);
        AddAll(TaskNames.Like, [("Movie and user means", [.. users.Select(u => (float[])[means.Logit(u)])])], questions);
    }

    private void AddAll(string task, IEnumerable<(string Method, List<float[]> Scores)> methods, BagExample[] questions)
    {
        foreach (var (method, scores) in methods)
        {
            for (var i = 0; i < questions.Length; i++) { board.Add(task, method, scores[i], questions[i].Label); }
        }
    }
}
