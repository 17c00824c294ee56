using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// A group's matrices out of those of all experts, in the type that is computed in: of float32 just a part of them, else a copy, made when it is needed and
/// small enough to stay in the processor's cache. E experts.
/// </summary>
/// <param name="all">(E, A, B) float32, contiguous.</param>
/// <param name="room">Of the computed type: for as many as the largest group has; or nothing if that is float32.</param>
internal sealed unsafe class GroupMatrices<TRow>(Tensor all, Tensor? room)
    where TRow : unmanaged, IElement<TRow>
{
    private readonly float* _all = (float*)RawMemory.Start(all, ScalarType.Float32);
    private readonly TRow* _room = room is null ? null : (TRow*)RawMemory.Start(room, TRow.Type);
    private readonly long _size = all.shape[1] * all.shape[2];

    /// <summary>A and B.</summary>
    public (int A, int B) Shape { get; } = ((int)all.shape[1], (int)all.shape[2]);

    /// <summary>An expert's matrix, float32.</summary>
    public float* Of(int expert) => _all + (expert * _size);

    /// <summary>Makes room beside <paramref name="all"/>.</summary>
    public static GroupMatrices<TRow> Of(PooledTensors pool, Tensor all, ExpertRows rows)
    {
        if (TRow.Type == ScalarType.Float32) { return new(all, null); }
        return new(all, pool.Make(TRow.Type, rows.MostExperts, all.shape[1], all.shape[2]));
    }

    /// <summary>(n, A, B): to be written to.</summary>
    public Tensor Room(ExpertGroup group) => room?.narrow(0, 0, group.Experts.Length) ?? all.narrow(0, group.Experts[0], group.Experts.Length);

    /// <summary>(n, A, B): to be read.</summary>
    public Tensor Read(ExpertGroup group)
    {
        if (room is not null)
        {
            for (var i = 0; i < group.Experts.Length; i++) { ExpertPasses<TRow>.Convert(_all + (group.Experts[i] * _size), _room + (i * _size), _size); }
        }
        return Room(group);
    }

    /// <summary>Puts what was written into <see cref="Room"/> where it belongs.</summary>
    public void Write(ExpertGroup group)
    {
        if (room is null) { return; }
        for (var i = 0; i < group.Experts.Length; i++) { ExpertPasses<TRow>.Convert(_room + (i * _size), _all + (group.Experts[i] * _size), _size); }
    }
}
