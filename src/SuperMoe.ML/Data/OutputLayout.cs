using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>The columns of the grouped view, in their order.</summary>
internal sealed class OutputLayout
{
    private readonly DataViewSchema.Builder _builder = new();
    private readonly List<OutputColumn> _columns = [];

    public OutputLayout(
        DataViewSchema.Column user,
        IReadOnlyList<DataViewSchema.Column> fields,
        IReadOnlyList<DataViewSchema.Column> profiles,
        int holdOutLast)
    {
        Add(user.Name, user.Type, user, OutputKind.User, 0);
        for (var i = 0; i < fields.Count; i++)
        {
            Add(fields[i].Name, VectorOf(fields[i]), fields[i], OutputKind.Sequence, i);
        }

        for (var i = 0; i < fields.Count && holdOutLast > 0; i++)
        {
            var type = holdOutLast == 1 ? fields[i].Type : VectorOf(fields[i]);
            Add(SequenceOptionsValidator.HeldOutName(fields[i].Name), type, fields[i], OutputKind.HeldOut, i);
        }

        for (var i = 0; i < profiles.Count; i++)
        {
            Add(profiles[i].Name, profiles[i].Type, profiles[i], OutputKind.Profile, i);
        }

        Schema = _builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public IReadOnlyList<OutputColumn> Columns => _columns;

    private void Add(string name, DataViewType type, DataViewSchema.Column source, OutputKind kind, int index)
    {
        _builder.AddColumn(name, type, source.Annotations);
        _columns.Add(new OutputColumn(kind, index));
    }

    private static VectorDataViewType VectorOf(DataViewSchema.Column column) => new((PrimitiveDataViewType)column.Type);
}
