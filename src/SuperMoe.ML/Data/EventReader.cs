using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Data;

/// <summary>Reads events from a cursor into columns, checking users and times.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly IHost _host;
    private readonly SequencePlan _plan;
    private readonly DataViewRowCursor _source;
    private readonly Func<int> _readUser;
    private readonly Action[] _appenders;
    private readonly EventColumn _times;

    /// <param name="host">Whose name errors carry.</param>
    /// <param name="source">The view of the events.</param>
    /// <param name="plan">The columns.</param>
    /// <param name="users">Where users are numbered.</param>
    /// <param name="fields">Where values are added, by field; <see langword="null"/> for fields that are not read.</param>
    public EventReader(IHost host, IDataView source, SequencePlan plan, UserIndex users, EventColumn?[] fields)
    {
        _host = host;
        _plan = plan;
        _times = fields[plan.TimeField]!;
        CheckNulls(source);
        _source = source.GetRowCursor(plan.Fields.Where((_, i) => fields[i] is not null).Append(plan.User));
        _readUser = users.Reader(_source);
        _appenders = [.. plan.Fields.Zip(fields)
            .Where(pair => pair.Second is not null)
            .Select(pair => pair.Second!.Appender(_source, pair.First))];
    }

    /// <summary>The current row, from 1.</summary>
    public long Row { get; private set; }

    private string NoUser => $"column '{_plan.User.Name}' has no user (null, an empty text or key 0)";

    private string NoTime =>
        $"column '{_plan.Fields[_plan.TimeField].Name}' has no time (null, NaN, or a missing date, which ML.NET reads as 0001-01-01)";

    /// <summary>Moves to the next event and tells its user; false after the last event.</summary>
    /// <exception cref="OperationCanceledException">The context's work was cancelled.</exception>
    public bool MoveNext(out int user)
    {
        user = UserIndex.Missing;
        if (Row % BehaviorDatasetReader.RowsBetweenChecks == 0)
        {
            MLNetHost.CheckAlive(_host);
        }

        if (!_source.MoveNext())
        {
            return false;
        }

        Row++;
        user = _readUser();
        if (user == UserIndex.Missing)
        {
            throw Error(NoUser);
        }

        return true;
    }

    /// <summary>Adds the current event's values to the columns.</summary>
    public void Append()
    {
        foreach (var append in _appenders)
        {
            append();
        }

        if (_times.IsLastTimeMissing())
        {
            throw Error(NoTime);
        }
    }

    public Exception Error(string problem) => Error(problem, Row);

    public void Dispose() => _source.Dispose();

    private Exception Error(string problem, long row) =>
        _host.Except(string.Create(CultureInfo.InvariantCulture, $"events: {problem} in row {row} (counted from 1)."));

    private void CheckNulls(IDataView source)
    {
        if (DataFrameNulls.FirstRow(source, _plan.User.Name) is { } userRow)
        {
            throw Error(NoUser, userRow);
        }

        if (DataFrameNulls.FirstRow(source, _plan.Fields[_plan.TimeField].Name) is { } timeRow)
        {
            throw Error(NoTime, timeRow);
        }
    }
}
