using System.Data;
using System.Data.Common;

namespace SuperMoe.ML.Tests.Data;

/// <summary>A database of one table in memory, for ML.NET's database loader.</summary>
internal sealed class TableProvider(DataTable table) : DbProviderFactory
{
    public override DbConnection CreateConnection() => new TableConnection(table);

    public override DbCommand CreateCommand() => new TableCommand(table);
}
