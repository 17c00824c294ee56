using System.Data;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

/// <summary>Events out of a database, by ML.NET's own loader.</summary>
public sealed class GroupIntoSequencesDatabaseTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly DataTable _visits = new("Visits") { Locale = CultureInfo.InvariantCulture };

    public GroupIntoSequencesDatabaseTests()
    {
        _visits.Columns.Add("User", typeof(int));
        _visits.Columns.Add("Time", typeof(DateTime));
        _visits.Columns.Add("Page", typeof(string));
        _visits.Columns.Add("Amount", typeof(float));
    }

    public static TheoryData<bool> Both => [false, true];

    public void Dispose() => _visits.Dispose();

    [Theory]
    [MemberData(nameof(Both))]
    public void Databases_are_read_and_their_nulls_are_missing_values(bool grouped)
    {
        Add(7, 2, "y", 1);
        Add(7, 1, DBNull.Value, DBNull.Value);
        Add(3, 1, "z", 2.5f);
        var users = Group(grouped);

        string[] expected =
        [
            "User=7 Page=[,y] Amount=[NaN,1] Time=[2024-01-01T00:00:00,2024-01-02T00:00:00]",
            "User=3 Page=[z] Amount=[2.5] Time=[2024-01-01T00:00:00]",
        ];
        Assert.Equal(expected, ViewText.Rows(users));
        Assert.Equal(expected, ViewText.Rows(users)); // the database is asked again, or what was read is kept
    }

    [Fact]
    public void Databases_hold_users_in_any_order()
    {
        Add(7, 2, "y", 1);
        Add(3, 1, "z", 2);
        Add(7, 1, "x", 3);

        Assert.Equal(["User=7 Page=[x,y]", "User=3 Page=[z]"], ViewText.Rows(Group(grouped: false), "User", "Page"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Null_times_in_databases_are_refused(bool grouped)
    {
        Add(7, 2, "y", 1);
        _visits.Rows.Add(7, DBNull.Value, "x", 1f);

        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(Group(grouped)));
        Assert.Contains("column 'Time' has no time", error.Message, StringComparison.Ordinal);
        Assert.Contains("row 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Empty_tables_have_no_users(bool grouped) => Assert.Empty(ViewText.Rows(Group(grouped)));

    private void Add(int user, int day, object page, object amount) => _visits.Rows.Add(user, new DateTime(2024, 1, day), page, amount);

    private IDataView Group(bool grouped)
    {
        var loader = _ml.Data.CreateDatabaseLoader(
            new DatabaseLoader.Column("User", DbType.Int32, 0),
            new DatabaseLoader.Column("Time", DbType.DateTime, 1),
            new DatabaseLoader.Column("Page", DbType.String, 2),
            new DatabaseLoader.Column("Amount", DbType.Single, 3));
        var events = loader.Load(new DatabaseSource(new TableProvider(_visits), "memory", "SELECT User, Time, Page, Amount FROM Visits"));
        return _ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = ["Page", "Amount"],
            InputIsGrouped = grouped,
        });
    }
}
