namespace SuperMoe.ML.Kernels;

/// <summary>Experts that are computed together, and their rows, which follow each other.</summary>
/// <param name="Experts">(n): which.</param>
/// <param name="First">The first one's first row.</param>
/// <param name="Ends">(n): the row after each expert's last, padding included, counted from <paramref name="First"/>.</param>
internal sealed record ExpertGroup(int[] Experts, int First, int[] Ends)
{
    /// <summary>All its rows.</summary>
    public int Count => Ends[^1];
}
