using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Rows sorted by expert: of all groups, or room for one group at a time.</summary>
internal sealed unsafe class RowBuffer<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    private readonly bool _whole;
    private readonly TRow* _start;

    private RowBuffer(Tensor tensor, bool whole)
    {
        (Tensor, _whole) = (tensor, whole);
        _start = (TRow*)RawMemory.Start(tensor, TRow.Type);
    }

    /// <summary>The memory.</summary>
    public Tensor Tensor { get; }

    /// <summary>Of all groups, (R, width), from memory that holds them.</summary>
    public static RowBuffer<TRow> Of(Tensor tensor) => new(tensor, whole: true);

    /// <summary>Of all groups, (R, <paramref name="width"/>).</summary>
    public static RowBuffer<TRow> OfAll(PooledTensors pool, ExpertRows rows, long width) => new(pool.Make(TRow.Type, rows.Count, width), whole: true);

    /// <summary>Room for any one group.</summary>
    public static RowBuffer<TRow> OfOne(PooledTensors pool, ExpertRows rows, long width) =>
        new(pool.Make(TRow.Type, rows.MostRows, width), whole: false);

    /// <summary>A group's rows.</summary>
    public Tensor Rows(ExpertGroup group) => Tensor.narrow(0, _whole ? group.First : 0, group.Count);

    /// <summary>Where they begin.</summary>
    public TRow* At(ExpertGroup group) => _whole ? _start + (group.First * Tensor.size(1)) : _start;
}
