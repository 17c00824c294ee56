using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>Users with their sequences, streamed from events that are grouped already.</summary>
internal sealed class GroupedInputView(IHost host, IDataView source, SequencePlan plan, ProfileSource? profiles) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => plan.OutputSchema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = UserCursor.Active(Schema, columnsNeeded);
        var needed = plan.NeededFields(active);
        EventColumn?[] fields = [.. plan.Fields.Select((field, i) => needed[i] ? EventColumn.Create(field) : null)];
        var users = UserIndex.Create(plan.User);
        var table = plan.Needs(OutputKind.Profile, active) ? profiles!.Table : null;
        var reader = new EventReader(host, source, plan, users, fields);
        return new GroupedInputCursor(host, new UserRows(plan, users, fields, table), users, fields, reader, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
