using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace SuperMoe.ML.Tests.Data;

/// <summary>A command that reads a whole table in memory, whatever its text.</summary>
internal sealed class TableCommand(DataTable table) : DbCommand
{
    [AllowNull]
    public override string CommandText { get; set; } = "";

    public override int CommandTimeout { get; set; }

    public override CommandType CommandType { get; set; }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get; set; }

    protected override DbParameterCollection DbParameterCollection => throw new NotSupportedException();

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel()
    {
    }

    public override void Prepare()
    {
    }

    public override int ExecuteNonQuery() => throw new NotSupportedException();

    public override object? ExecuteScalar() => throw new NotSupportedException();

    protected override DbParameter CreateDbParameter() => throw new NotSupportedException();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => DbConnection?.State == ConnectionState.Open
        ? table.CreateDataReader()
        : throw new InvalidOperationException("The connection is not open.");
}
