namespace SuperMoe.ML.Benchmarks.Moe;

/// <summary>What is compared: E experts, K of them a token, model size D, and the type of the matrix products.</summary>
internal sealed record MoeCase(int Experts, int TopK, int Size, string Type)
{
    private static readonly string[] s_types = ["fp32", "bf16"];
    private static readonly int[] s_sizes = [64, 256];
    private static readonly int[] s_experts = [8, 64];
    private static readonly int[] s_topKs = [1, 2];

    /// <summary>The cases that have limits.</summary>
    public static IEnumerable<MoeCase> All() =>
        from type in s_types
        from size in s_sizes
        from experts in s_experts
        from topK in s_topKs
        select new MoeCase(experts, topK, size, type);

    /// <summary>Hidden units that are active for a token, in both contestants.</summary>
    public int Hidden => 4 * Size;

    /// <summary>The most that the sparse network may take, in times of the dense one.</summary>
    public double Limit => Experts <= 8 ? 1.25 : 1.6;
}
