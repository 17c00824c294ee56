using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace SuperMoe.ML.Tests.Data;

/// <summary>A connection to a table in memory.</summary>
internal sealed class TableConnection(DataTable table) : DbConnection
{
    private ConnectionState _state = ConnectionState.Closed;

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => table.TableName;

    public override string DataSource => "memory";

    public override string ServerVersion => "1";

    public override ConnectionState State => _state;

    public override void Open() => _state = ConnectionState.Open;

    public override void Close() => _state = ConnectionState.Closed;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new TableCommand(table) { Connection = this };
}
