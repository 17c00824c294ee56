using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>A view whose cursors have no row ids, as those of careless authors.</summary>
internal sealed class ViewWithoutIds(IDataView source) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(source.GetRowCursor(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor cursor) : DataViewRowCursor
    {
        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => cursor.Position;

        public override long Batch => cursor.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => cursor.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => throw new NotSupportedException("no ids here");

        public override bool MoveNext() => cursor.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing) { cursor.Dispose(); }
            base.Dispose(disposing);
        }
    }
}
