namespace SuperMoe.ML.Kernels;

/// <summary>Experts that are computed together, and their rows, which follow each other. Part of its <see cref="ExpertRows"/>, and not to be read after they are disposed.</summary>
/// <param name="experts">All groups' experts, group after group.</param>
/// <param name="ends">Beside each of them: the row after its last, counted from its group's first row.</param>
/// <param name="start">Where this group's experts begin among all.</param>
/// <param name="count">How many experts it has.</param>
/// <param name="first">Its first row.</param>
internal readonly struct ExpertGroup(int[] experts, int[] ends, int start, int count, int first)
{
    /// <summary>(n): which.</summary>
    public ReadOnlySpan<int> Experts => experts.AsSpan(start, count);

    /// <summary>The first one's first row.</summary>
    public int First => first;

    /// <summary>(n): the row after each expert's last, padding included, counted from <see cref="First"/>.</summary>
    public ReadOnlySpan<int> Ends => ends.AsSpan(start, count);

    /// <summary>All its rows.</summary>
    public int Count => ends[start + count - 1];
}
