using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <inheritdoc/>
internal sealed class UserIndex<T>(DataViewSchema.Column column) : UserIndex
{
    private readonly DistinctIndex<T> _ids = DistinctIndex<T>.Create();
    private readonly bool _isKey = column.Type is KeyDataViewType;

    public override int Count => _ids.Count;

    public override long Bytes => _ids.Bytes;

    public T this[int user] => _ids[user];

    public int Find(in T id) => _ids.Find(id);

    public override Func<int> Reader(DataViewRow source)
    {
        var getter = source.GetGetter<T>(column);
        T id = default!;
        return () =>
        {
            getter(ref id);
            return IsMissing(id) ? Missing : _ids.GetOrAdd(id, out _);
        };
    }

    public override Delegate Getter(UserWindow window) => (ValueGetter<T>)((ref T target) =>
    {
        window.Check();
        target = _ids[window.User];
    });

    public override string Describe(int user)
    {
        var id = _ids[user];
        if (!_isKey)
        {
            return string.Create(CultureInfo.InvariantCulture, $"'{id}'");
        }

        var name = KeyNames.Find(column, Convert.ToUInt64(id, CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"key {id}") + (name is null ? "" : $" ('{name}')");
    }

    private bool IsMissing(T id) => id is ReadOnlyMemory<char> text
        ? text.IsEmpty
        : _isKey && EqualityComparer<T>.Default.Equals(id, default);
}
