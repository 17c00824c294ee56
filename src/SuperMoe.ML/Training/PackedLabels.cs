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
    }

    /// <summary>The labels as tensors, on the calling thread's dispose scope; <see langword="null"/> if there are none.</summary>
    public TaskLabels? ToLabels(bool nextItem, Device device)
    {
        if (Count == 0) { return null; }
        var rows = HostCopy.Of(Rows.AsSpan(), device);
        var items = Items.Count > 0 ? HostCopy.Of(Items.AsSpan(), device) : null;
        if (!nextItem) { return new TaskLabels(rows, HostCopy.Of(Values.AsSpan(), device), items); }
        return new TaskLabels(rows, items!)
        {
            Ends = Ends.Count == 0 ? null : (HostCopy.Of(Ends.AsSpan(), device), HostCopy.Of(EndItems.AsSpan(), device)),
        };
    }
}
