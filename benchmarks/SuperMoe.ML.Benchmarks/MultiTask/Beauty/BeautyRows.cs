using SuperMoe.ML.Benchmarks.Sequence;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>
/// Rows to train on and rows to judge. A fold's users end, for training, at the cut they are judged at: no item after it is in any row, as an event or as a label. The users who
/// validate labels are treated in the same way, so that validation asks what judging asks. Of the other users all is known.
/// </summary>
/// <param name="data">The data.</param>
/// <param name="labelRows">The most rows with labels that a user to learn from has.</param>
/// <param name="validation">The share of users who validate labels.</param>
internal sealed class BeautyRows(BeautyData data, int labelRows, double validation)
{
    private const int Seed = 1;
    private const ulong Kind = 101;

    // Where the next item is a task, the last event of a row is its validation target, and the one before it a target of training. In rows with labels these are missing events, which
    // are no targets: so training reads all items before the cut, as judging does, and of a user who validates, of whom one such event is enough, validation does, too.
    private static readonly int[] s_noTargets = [0, 0];

    /// <summary>Rows to train the model of a fold on: histories for the next item, if it is trained, and cut ones with labels.</summary>
    public IEnumerable<BeautyRow> Training(int fold, bool nextItem)
    {
        var histories = data.Users.Select(u => new BeautyRow { UserId = u.Id, Item = IsHidden(u, fold) || Validates(u) ? u.Items[..BeautyCuts.Of(u, 1)[0]] : u.Items });
        var labels = data.Users.Where(u => !IsHidden(u, fold))
            .SelectMany(u => BeautyCuts.Of(u, Validates(u) ? 1 : labelRows).Select(cut => Labelled(u, cut, nextItem ? s_noTargets[(Validates(u) ? 1 : 0)..] : [])));
        return nextItem ? histories.Concat(labels) : labels;
    }

    /// <summary>Rows to judge: the fold's users at their cut.</summary>
    public IEnumerable<BeautyRow> Test(int fold) => data.Users.Where(u => IsHidden(u, fold)).Select(u => Labelled(u, BeautyCuts.Of(u, 1)[0], []));

    // Too short histories cannot be judged; they are learned from in any fold.
    private static bool IsHidden(SequenceUser user, int fold) => UserFolds.Of(user.Id) == fold && BeautyCuts.Of(user, 1).Length > 0;

    // By the user alone, so that all trainings are validated by the same users.
    private bool Validates(SequenceUser user) => BeautyCuts.Of(user, 1).Length > 0 && ShopRandom.Stream(Seed, Kind, user.Id).Uniform() < validation;

    private BeautyRow Labelled(SequenceUser user, int cut, int[] end)
    {
        var labels = BeautyLabels.At(data, user.Items, cut);
        return new BeautyRow
        {
            UserId = user.Id,
            Item = [.. user.Items[..cut], .. end],
            Target = labels.NextItem,
            NextCategory = labels.NextCategory < 0 ? 0 : data.TopCategories[labels.NextCategory],
            Repeat = labels.Repeats ? 1 : 0,
            Rest = labels.Rest,
            Validation = Validates(user),
        };
    }
}
