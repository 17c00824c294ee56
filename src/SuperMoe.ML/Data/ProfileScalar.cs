using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>One value a profile.</summary>
internal sealed class ProfileScalar<T> : ProfileColumn
{
    private readonly ColumnStore<T> _values = ColumnStore<T>.Create();

    public override Action Appender(DataViewRow source, DataViewSchema.Column column)
    {
        var getter = source.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            _values.Add(value);
        };
    }

    public override Delegate Getter(UserWindow window) => (ValueGetter<T>)((ref T target) =>
    {
        window.Check();
        target = window.ProfileRow < 0 ? MissingValue<T>.Value : _values[window.ProfileRow];
    });
}
