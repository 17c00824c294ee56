using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>An <see cref="BehaviorField"/> of values of type <typeparamref name="TSource"/>, kept as <typeparamref name="TTarget"/>.</summary>
internal sealed class BehaviorField<TSource, TTarget>(string name, ValueGetter<VBuffer<TSource>> getter, Func<TSource, TTarget> convert)
    : BehaviorField(name)
{
    private VBuffer<TSource> _row;
    private TSource[] _dense = [];

    /// <summary>The events of all the rows kept so far.</summary>
    public GrowableArray<TTarget> Values { get; } = new($"events in column '{name}'");

    public override int Limit
    {
        set => Values.Limit = value;
    }

    public override int Fetch()
    {
        getter(ref _row);
        return _row.Length;
    }

    public override void Keep()
    {
        var source = Dense();
        var target = Values.Grow(source.Length);
        for (var i = 0; i < source.Length; i++) { target[i] = convert(source[i]); }
    }

    public override void Release() => Values.Release();

    private ReadOnlySpan<TSource> Dense()
    {
        if (_row.IsDense) { return _row.GetValues(); }
        if (_dense.Length < _row.Length) { _dense = new TSource[Math.Max(_row.Length, 2 * _dense.Length)]; }
        _row.CopyTo(_dense);
        return _dense.AsSpan(0, _row.Length);
    }
}
