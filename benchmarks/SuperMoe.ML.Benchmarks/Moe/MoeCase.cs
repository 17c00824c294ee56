namespace SuperMoe.ML.Benchmarks.Moe;

/// <summary>What is compared: E experts, K of them a token, model size D, and the type of the matrix products.</summary>
internal sealed record MoeCase(int Experts, int TopK, int Size, string Type)
{
    private static readonly int[] s_topKs = [1, 2];

    /// <summary>Types that are compared unless told.</summary>
    public static IReadOnlyList<string> Types { get; } = ["fp32", "bf16"];

    /// <summary>Sizes D that are compared unless told.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [64, 256];

    /// <summary>Numbers of experts that are compared unless told.</summary>
    public static IReadOnlyList<int> Counts { get; } = [8, 64];

    /// <summary>All cases of these, each with one and with two experts a token.</summary>
    public static IEnumerable<MoeCase> All(IEnumerable<string> types, IReadOnlyList<int> sizes, IReadOnlyList<int> counts) =>
        from type in types
        from size in sizes
        from experts in counts
        from topK in s_topKs
        select new MoeCase(experts, topK, size, type);

    /// <summary>Hidden units that are active for a token, in both contestants.</summary>
    public int Hidden => 4 * Size;

    /// <summary>The most that the sparse network may take, in times of the dense one.</summary>
    public double Limit => Experts <= 8 ? 1.25 : 1.6;
}
