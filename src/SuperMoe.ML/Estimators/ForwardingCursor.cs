using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>The source's cursor under the output schema, for readers that want none of the outputs.</summary>
internal sealed class ForwardingCursor(ScoringBinding binding, bool[] active, DataViewRowCursor source) : DataViewRowCursor
{
    public override DataViewSchema Schema => binding.OutputSchema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => ActiveRow.IsActive(active, column);

    public override bool MoveNext() => source.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ActiveRow.Check<TValue>(active, Schema, column);
        return source.GetGetter<TValue>(binding.InputSchema[column.Index]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) { source.Dispose(); }
        base.Dispose(disposing);
    }
}
