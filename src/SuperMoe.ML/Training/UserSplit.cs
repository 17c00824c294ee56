using SuperMoe.ML.Data;

namespace SuperMoe.ML.Training;

/// <summary>Which users validation keeps, and how much of each user training sees.</summary>
internal sealed class UserSplit
{
    private readonly BehaviorDataset _data;
    private readonly bool[] _validation;
    private readonly bool _nextItem;
    private readonly bool _leaveLastOut;

    public UserSplit(BehaviorDataset data, TrainingOptions options, bool nextItem, Random random)
    {
        _data = data;
        _nextItem = nextItem;
        _leaveLastOut = nextItem && options.LeaveLastEventOut;
        _validation = data.Validation ?? Choose(data.Count, options.ValidationFraction, random);
        ValidationUsers = [.. Enumerable.Range(0, data.Count).Where(HoldsOut)];
    }

    /// <summary>The users with anything to validate on.</summary>
    public int[] ValidationUsers { get; }

    /// <summary>Whether the user's labels are kept from training.</summary>
    public bool IsValidation(int user) => _validation[user];

    /// <summary>The number of events, from the oldest, that training may see: as inputs, and all but the first as targets.</summary>
    public int TrainingLength(int user) => _data.Length(user) - (_nextItem && HoldsOut(user) && _data.Length(user) > 1 ? 1 : 0);

    /// <summary>The number of events that a training input holds: all that training may see, less the last one, which is only a target.</summary>
    public int TrainingInputLength(int user) => InputLength(TrainingLength(user));

    /// <summary>The number of events that a validation input holds.</summary>
    public int ValidationInputLength(int user) => InputLength(_data.Length(user));

    private static bool[] Choose(int count, double fraction, Random random)
    {
        var chosen = new bool[count];
        var users = Enumerable.Range(0, count).ToArray();
        random.Shuffle(users);
        foreach (var user in users.AsSpan(0, ValidationCount(count, fraction))) { chosen[user] = true; }
        return chosen;
    }

    // At least one user, unless there is only one.
    private static int ValidationCount(int users, double fraction) =>
        fraction > 0 ? Math.Max((int)(users * fraction), users > 1 ? 1 : 0) : 0;

    private int InputLength(int length) => _nextItem && length > 1 ? length - 1 : length;

    private bool HoldsOut(int user) => _validation[user] || _leaveLastOut;
}
