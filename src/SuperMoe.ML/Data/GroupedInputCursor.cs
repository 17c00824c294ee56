using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>
/// Reads one user's events at a time. The source is always one event ahead: the first event of the next user ends the current one.
/// The ids of users are kept, so that one who appears again is noticed.
/// </summary>
internal sealed class GroupedInputCursor : UserCursor
{
    private readonly SequencePlan _plan;
    private readonly UserIndex _users;
    private readonly EventColumn[] _fields;
    private readonly EventReader _reader;
    private readonly TimeOrder _times;
    private int[] _order = new int[16];
    private int _user = -1;
    private int _nextUser;
    private bool _started;
    private bool _hasNext;

    public GroupedInputCursor(
        IHost host, UserRows rows, UserIndex users, EventColumn?[] fields, EventReader reader, bool[] active)
        : base(host, rows, active)
    {
        _plan = rows.Plan;
        _users = users;
        _fields = [.. fields.OfType<EventColumn>()];
        _reader = reader;
        _times = new TimeOrder(fields[rows.Plan.TimeField]!);
    }

    protected override bool MoveToNextUser()
    {
        if (!_started)
        {
            _started = true;
            _hasNext = _reader.MoveNext(out _nextUser);
        }

        if (!_hasNext)
        {
            return false;
        }

        if (_nextUser <= _user)
        {
            throw _reader.Error($"user {_users.Describe(_nextUser)} of column '{_plan.User.Name}' appears again after other users, " +
                $"but {nameof(SequenceOptions.InputIsGrouped)} says that the events of a user follow each other; found");
        }

        _user = _nextUser;
        var kept = Arrange(ReadUser());
        Window.MoveTo(_user, 0, kept, FindProfile(_user));
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads the events of the current user, and the user of the event after them. Returns the number of events.</summary>
    private int ReadUser()
    {
        foreach (var field in _fields)
        {
            field.Clear();
        }

        var count = 0;
        do
        {
            _reader.Append();
            count++;
            _hasNext = _reader.MoveNext(out _nextUser);
        }
        while (_hasNext && _nextUser == _user);

        return count;
    }

    /// <summary>Puts the events in order of time and drops those that are too old. Returns the number kept.</summary>
    private int Arrange(int count)
    {
        if (_order.Length < count)
        {
            _order = new int[Math.Max(count, _order.Length * 2)];
        }

        var order = _order.AsSpan(0, count);
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        _times.Sort(order);
        var latest = order[^_plan.Kept(count)..];
        foreach (var field in _fields)
        {
            field.Arrange(latest);
        }

        return latest.Length;
    }
}
