using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Data;

/// <summary>All profiles in memory.</summary>
internal sealed class ProfileTable
{
    private readonly ProfileColumn[] _columns;
    private readonly UserJoin _join;

    public ProfileTable(IHost host, IDataView source, SequencePlan plan)
    {
        var user = plan.ProfileUser!.Value;
        if (DataFrameNulls.FirstRow(source, user.Name) is { } nobody) { throw NoUser(host, user.Name, nobody); }
        var users = UserIndex.Create(user);
        _columns = [.. plan.ProfileColumns.Select(ProfileColumn.Create)];
        using (var cursor = source.GetRowCursor(plan.ProfileColumns.Append(user)))
        {
            Read(host, cursor, users, user.Name, [.. _columns.Select((column, i) => column.Appender(cursor, plan.ProfileColumns[i]))]);
        }

        _join = UserJoin.Create(plan.User, user, users);
    }

    /// <summary>The row of the profile of user number <paramref name="user"/> of <paramref name="events"/>; -1 without one.</summary>
    public int Find(UserIndex events, int user) => _join.Find(events, user);

    public Delegate Getter(int column, UserWindow window) => _columns[column].Getter(window);

    private static Exception NoUser(IHost host, string column, long row) => host.Except(string.Create(
        CultureInfo.InvariantCulture, $"profiles: column '{column}' has no user in row {row} (counted from 1); every profile must belong to a user."));

    private static void Read(IHost host, DataViewRowCursor cursor, UserIndex users, string userColumn, Action[] appenders)
    {
        var readUser = users.Reader(cursor);
        for (var rows = 0; cursor.MoveNext(); rows++)
        {
            if (rows % BehaviorDatasetReader.RowsBetweenChecks == 0)
            {
                MLNetHost.CheckAlive(host);
            }

            var user = readUser();
            if (user == UserIndex.Missing)
            {
                throw NoUser(host, userColumn, rows + 1);
            }

            if (user < rows)
            {
                throw host.Except(string.Create(CultureInfo.InvariantCulture,
                    $"profiles: user {users.Describe(user)} has more than one row, {user + 1} and {rows + 1} (counted from 1); one is allowed."));
            }

            foreach (var append in appenders)
            {
                append();
            }
        }
    }
}
