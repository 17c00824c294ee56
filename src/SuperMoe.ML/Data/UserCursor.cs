using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>A cursor over users: what reading from memory and streaming share.</summary>
internal abstract class UserCursor : DataViewRowCursor
{
    private readonly IHost _host;
    private readonly bool[] _active;
    private readonly UserRows _rows;
    private long _position = -1;
    private bool _done;

    protected UserCursor(IHost host, UserRows rows, bool[] active)
    {
        _host = host;
        _rows = rows;
        _active = active;
        Window = new UserWindow(rows.Plan.HoldOutLast);
    }

    public sealed override DataViewSchema Schema => _rows.Plan.OutputSchema;

    public sealed override long Position => _position;

    public sealed override long Batch => 0;

    protected UserWindow Window { get; }

    /// <summary>Which columns of <paramref name="schema"/> are among <paramref name="needed"/>.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed)
    {
        var active = new bool[schema.Count];
        foreach (var column in needed)
        {
            active[column.Index] = true;
        }

        return active;
    }

    public sealed override bool IsColumnActive(DataViewSchema.Column column)
    {
        _host.CheckParam(column.Index < _active.Length, nameof(column), "No column of this view.");
        return _active[column.Index];
    }

    public sealed override bool MoveNext()
    {
        if (_done)
        {
            return false;
        }

        if (MoveToNextUser())
        {
            _position++;
            return true;
        }

        Finish();
        return false;
    }

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _host.CheckParam(IsColumnActive(column), nameof(column),
            $"Column '{column.Name}' is not active: ask for it when the cursor is made.");
        return _rows.Getter(column.Index, Window) as ValueGetter<TValue>
            ?? throw _host.ExceptParam(nameof(TValue),
                $"Column '{column.Name}' has values of type {Schema[column.Index].Type.RawType}, not {typeof(TValue)}.");
    }

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        Window.Check();
        id = new DataViewRowId((ulong)Window.User, 0);
    };

    /// <summary>The row of the user's profile; -1 without one.</summary>
    protected int FindProfile(int user) => _rows.FindProfile(user);

    /// <summary>Moves <see cref="Window"/>; false after the last user.</summary>
    protected abstract bool MoveToNextUser();

    protected override void Dispose(bool disposing)
    {
        Finish();
        base.Dispose(disposing);
    }

    private void Finish()
    {
        _done = true;
        _position = -1;
        Window.Leave();
    }
}
