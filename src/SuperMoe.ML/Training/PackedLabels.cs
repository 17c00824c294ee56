using SuperMoe.ML.Data;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>The labels of one task for a batch, in managed memory that is used again for other batches.</summary>
internal sealed class PackedLabels
{
    /// <summary>Users with a label; for the next-item task events with a target.</summary>
    public GrowableArray<long> Rows { get; } = new();

    /// <summary>The labels; empty for the next-item task.</summary>
    public GrowableArray<float> Values { get; } = new();

    /// <summary>The items that labels are about; for the next-item task the targets. Empty for a task without.</summary>
    public GrowableArray<long> Items { get; } = new();

    /// <summary>Next item: users whose following item the embedding learns too.</summary>
    public GrowableArray<long> Ends { get; } = new();

    /// <summary>Next item: those items.</summary>
    public GrowableArray<long> EndItems { get; } = new();

    /// <summary>Next item: B × W items, each user's own and repeats of them, where they do not count against a target.</summary>
    public GrowableArray<long> Own { get; } = new();

    /// <summary>B, where there are <see cref="Own"/>.</summary>
    public int OwnUsers { get; set; }

    /// <summary>Next item: the user of each of <see cref="Rows"/>, where there are <see cref="Own"/>.</summary>
    public GrowableArray<long> Owners { get; } = new();

    /// <summary>The number of labels.</summary>
    public int Count => Rows.Count;

    /// <summary>Forgets the last batch.</summary>
    public void Clear()
    {
        Rows.Clear();
        Values.Clear();
        Items.Clear();
        Ends.Clear();
        EndItems.Clear();
        Own.Clear();
        Owners.Clear();
    }

    /// <summary>The labels as tensors, on the calling thread's dispose scope; <see langword="null"/> if there are none.</summary>
    public TaskLabels? ToLabels(bool nextItem, Device device)
    {
        if (Count == 0) { return null; }
        var rows = HostCopy.Of(Rows.AsSpan(), device);
        var items = Items.Count > 0 ? HostCopy.Of(Items.AsSpan(), device) : null;
        if (!nextItem) { return new TaskLabels(rows, HostCopy.Of(Values.AsSpan(), device), items); }
        var ends = Ends.Count > 0 ? HostCopy.Of(Ends.AsSpan(), device) : null;
        return new TaskLabels(rows, items!)
        {
            Ends = ends is null ? null : (ends, HostCopy.Of(EndItems.AsSpan(), device)),
            Own = Own.Count > 0 ? OwnItems(ends, device) : null,
        };
    }

    private (Tensor Items, Tensor Lists) OwnItems(Tensor? ends, Device device)
    {
        var owners = HostCopy.Of(Owners.AsSpan(), device);
        return (HostCopy.Of(Own.AsSpan(), device).view(OwnUsers, -1), ends is null ? owners : cat([owners, ends]));
    }
}
