namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>One row of a view to train on or to judge. The columns of the tasks have the tasks' names.</summary>
internal sealed class BeautyRow
{
    public int UserId { get; set; }

    /// <summary>Products, oldest first; 0 is none.</summary>
    public int[] Item { get; set; } = [];

    /// <summary>The next item to find; 0 is none.</summary>
    public int Target { get; set; }

    /// <summary>The next item's top category as the file numbers it; 0 is missing.</summary>
    public int NextCategory { get; set; }

    /// <summary>1 or 0; NaN is missing.</summary>
    public float Repeat { get; set; } = float.NaN;

    /// <summary>The number of items in the rest of the history; NaN is missing.</summary>
    public float Rest { get; set; } = float.NaN;

    /// <summary>Whether the row validates.</summary>
    public bool Validation { get; set; }
}
