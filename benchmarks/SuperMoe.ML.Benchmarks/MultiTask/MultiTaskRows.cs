namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Rows to train on and rows to judge, by the protocol.</summary>
/// <param name="data">The data.</param>
/// <param name="settings">How many rows of Like a user has, and how long.</param>
/// <param name="nextItem">Whether the next item is trained too.</param>
internal sealed class MultiTaskRows(MovieLensData data, MultiTaskSettings settings, bool nextItem = true)
{
    /// <summary>The fold of a user.</summary>
    public static int FoldOf(MovieUser user) => UserFolds.Of(user.Id);

    /// <summary>
    /// Rows to train the model of a fold on: each user's history with the profile as labels, which are missing for the fold's users; and
    /// rows with Like labels.
    /// </summary>
    public IEnumerable<MultiTaskRow> Training(int fold) =>
        data.Users.Select(u => WithProfile(Row(u, u.History), u, isKnown: FoldOf(u) != fold))
            .Concat(data.Users.SelectMany(u => LikeExamples.Of(u, settings.LikeRows).Select(place => Like(u, place))));

    /// <summary>Rows to judge: the fold's users, with the held-out event as candidate and next item.</summary>
    public IEnumerable<MultiTaskRow> Test(int fold) => data.Users.Where(u => FoldOf(u) == fold).Select(u => Question(u, withProfile: true));

    /// <summary>Rows to judge by the model of any fold: users of folds that are not run. Their held-out events are in no training either; their profiles, which are, are left out.</summary>
    public IEnumerable<MultiTaskRow> OfOtherFolds() => data.Users.Where(u => FoldOf(u) >= settings.Folds).Select(u => Question(u, withProfile: false));

    private MultiTaskRow Question(MovieUser user, bool withProfile) => About(WithProfile(Row(user, user.History), user, withProfile), user.Test);

    // Validation and next item take the last event of every row for a target. Of these rows it must not be a real one, since the full rows
    // train on it: a missing event is no target. The candidate is not among the events, so no input tells its rating.
    private MultiTaskRow Like(MovieUser user, int place)
    {
        var first = Math.Max(0, place - settings.LikeHistory);
        var before = user.Events.Skip(first).Take(place - first).ToList();
        if (nextItem) { before.Add(new MovieEvent(0, 0, before[^1].Time)); }
        return About(Row(user, before), user.Events[place]);
    }

    private static MultiTaskRow Row(MovieUser user, IEnumerable<MovieEvent> events)
    {
        MovieEvent[] all = [.. events];
        return new MultiTaskRow
        {
            UserId = user.Id,
            Item = [.. all.Select(e => e.Item)],
            Rating = [.. all.Select(e => e.Rating)],
            Time = [.. all.Select(e => e.Time)],
        };
    }

    private static MultiTaskRow About(MultiTaskRow row, MovieEvent candidate)
    {
        row.Candidate = candidate.Item;
        row.Like = candidate.IsLike ? 1 : 0;
        return row;
    }

    private MultiTaskRow WithProfile(MultiTaskRow row, MovieUser user, bool isKnown)
    {
        if (!isKnown) { return row; }
        row.Gender = user.IsMale ? 1 : 0;
        row.AgeBand = AgeBands.Names[user.AgeBand];
        row.Occupation = data.Occupations[user.Occupation];
        return row;
    }
}
