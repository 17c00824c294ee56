using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>A <see cref="KeyVocabulary"/> of values of type <typeparamref name="T"/>.</summary>
internal sealed class KeyVocabulary<T> : KeyVocabulary
    where T : notnull
{
    private static readonly IEqualityComparer<T> s_comparer =
        TextComparer.Instance is IEqualityComparer<T> text ? text : EqualityComparer<T>.Default;

    private readonly T[] _values;
    private readonly Lazy<Dictionary<T, int>> _keys;

    public KeyVocabulary(PrimitiveDataViewType itemType, T[] values)
    {
        ItemType = itemType;
        _values = values;
        _keys = new Lazy<Dictionary<T, int>>(Index);
    }

    public KeyVocabulary(PrimitiveDataViewType itemType, DataViewSchema.Annotations annotations)
        : this(itemType, Read(annotations))
    {
    }

    public override PrimitiveDataViewType ItemType { get; }

    public override int Count => _values.Length;

    public override Array ToArray() => _values;

    public override bool SameAs(KeyVocabulary other) =>
        other is KeyVocabulary<T> same && same._values.AsSpan().SequenceEqual(_values, s_comparer);

    public override Func<int> Match(DataViewRow row, DataViewSchema.Column raw)
    {
        T value = default!;
        if (raw.Type is not VectorDataViewType)
        {
            var getter = row.GetGetter<T>(raw);
            return () =>
            {
                getter(ref value);
                return _keys.Value.GetValueOrDefault(value);
            };
        }
        var vector = row.GetGetter<VBuffer<T>>(raw);
        VBuffer<T> values = default;
        return () =>
        {
            vector(ref values);
            if (values.Length > 1) { throw ItemColumnMatcher.MoreThanOne(row, raw, values.Length); }
            return values.Length == 0 ? 0 : _keys.Value.GetValueOrDefault(values.GetItemOrDefault(0));
        };
    }

    public override Func<string> Describe(DataViewRow row, DataViewSchema.Column raw)
    {
        if (raw.Type is not VectorDataViewType)
        {
            var getter = row.GetGetter<T>(raw);
            return () =>
            {
                T value = default!;
                getter(ref value);
                return Text(value).ToString();
            };
        }
        var vector = row.GetGetter<VBuffer<T>>(raw);
        return () =>
        {
            VBuffer<T> values = default;
            vector(ref values);
            return values.Length == 0 ? "" : Text(values.GetItemOrDefault(0)).ToString();
        };
    }

    public override int[] Map(KeyVocabulary other) =>
        other is KeyVocabulary<T> same
            ? [0, .. same._values.Select(v => _keys.Value.GetValueOrDefault(v))]
            : new int[other.Count + 1];

    public override ReadOnlyMemory<char>[] Texts() => [.. _values.Select(Text)];

    public override void AddTo(DataViewSchema.Annotations.Builder annotations, string annotation)
    {
        var values = new VBuffer<T>(_values.Length, _values);
        annotations.Add(annotation, new VectorDataViewType(ItemType, _values.Length), (ref VBuffer<T> target) => values.CopyTo(ref target));
    }

    private static ReadOnlyMemory<char> Text(T value) =>
        value is ReadOnlyMemory<char> text ? text : Convert.ToString(value, CultureInfo.InvariantCulture).AsMemory();

    private static T[] Read(DataViewSchema.Annotations annotations)
    {
        VBuffer<T> values = default;
        annotations.GetValue(Annotation, ref values);
        return [.. values.DenseValues()];
    }

    private Dictionary<T, int> Index()
    {
        var keys = new Dictionary<T, int>(_values.Length, s_comparer);
        for (var i = 0; i < _values.Length; i++) { keys.TryAdd(_values[i], i + 1); }
        return keys;
    }
}
