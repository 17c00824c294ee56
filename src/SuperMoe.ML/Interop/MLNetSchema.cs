using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Interop;

/// <summary>ML.NET's own schema errors and shapes.</summary>
internal static class MLNetSchema
{
    /// <summary>The error for a column that is not there.</summary>
    public static Exception Missing(IExceptionContext context, string role, string column) =>
        context.ExceptSchemaMismatch("inputSchema", role, column);

    /// <summary>The error for a column of a wrong type.</summary>
    public static Exception Mismatch(IExceptionContext context, string role, string column, string expected, string actual) =>
        context.ExceptSchemaMismatch("inputSchema", role, column, expected, actual);

    /// <summary>The shape of a schema: what an estimator sees of it.</summary>
    public static SchemaShape Shape(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>A column of a shape.</summary>
    public static SchemaShape.Column Column(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey, IEnumerable<SchemaShape.Column>? annotations = null) =>
        new(name, kind, itemType, isKey, annotations is null ? null : new SchemaShape(annotations));

    /// <summary>A column's type for messages.</summary>
    public static string TypeText(SchemaShape.Column column) => column.GetTypeString();

    /// <summary>The first identifier of a set of score columns that <paramref name="schema"/> does not use yet.</summary>
    public static uint NextScoreSet(DataViewSchema schema) =>
        schema.GetMaxAnnotationKind(out _, AnnotationUtils.Kinds.ScoreColumnSetId) + 1;
}
