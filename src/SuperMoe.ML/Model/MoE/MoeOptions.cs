using System.ComponentModel.DataAnnotations;

namespace SuperMoe.ML;

/// <summary>The sparse mixture of experts in a transformer block: a router sends each token to the top k of E experts.</summary>
public sealed class MoeOptions
{
    /// <summary>What the rows of an expert's matrices are multiples of: 16 bytes of float32.</summary>
    internal const int RowMultiple = 4;

    /// <summary>Gets or sets the number of experts E. One expert is a dense feed-forward network without a router.</summary>
    /// <value>The default value is 8. The range is 1 to 1,024.</value>
    [Range(1, 1024)]
    public int Experts { get; set; } = 8;

    /// <summary>Gets or sets the number k of experts a token is sent to, at most <see cref="Experts"/>. Each has FeedForwardSize / k hidden units.</summary>
    /// <value>The default value is 2. The range is 1 to 64.</value>
    [Range(1, 64)]
    public int TopK { get; set; } = 2;

    /// <summary>Gets or sets the indices of the blocks (0 is the first) that have experts; the others are dense.</summary>
    /// <value>The default value is <see langword="null"/>: all of them.</value>
    public IList<int>? SparseBlocks { get; set; }

    /// <summary>Gets or sets whether a further expert, of the size of one routed expert, sees every token (DeepSeekMoE, Dai et al. 2024).</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool SharedExpert { get; set; }

    /// <summary>
    /// Gets or sets the step by which an expert's selection bias moves against its load after each training step
    /// (auxiliary-loss-free balancing, Wang et al. 2024; DeepSeek-V3). It changes who is selected, never a weight; 0 switches it off.
    /// </summary>
    /// <value>The default value is 0.001. The range is 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BiasStep { get; set; } = 1e-3;

    /// <summary>Gets or sets the weight of the Switch Transformer's balance loss (Fedus et al. 2021, equation 4).</summary>
    /// <value>The default value is 0. The range is 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double BalanceLossWeight { get; set; }

    /// <summary>Gets or sets what routers know of the task whose indicator token they route.</summary>
    /// <value>The default value is <see cref="TaskRouting.Shared"/>.</value>
    public TaskRouting TaskRouting { get; set; }

    /// <summary>
    /// Gets or sets the weight of the mutual information between tasks and experts, which training with several tasks makes larger: each task settles on experts of
    /// its own, while all experts stay in use (after Mod-Squad, Chen et al. 2023). One task alone has none.
    /// </summary>
    /// <value>The default value is 0.01; 0 switches it off. The range is 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double MutualInformationWeight { get; set; } = 0.01;

    /// <summary>Gets or sets the weight of the router z-loss (ST-MoE, Zoph et al. 2022, equation 5).</summary>
    /// <value>The default value is 0.001. The range is 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double ZLossWeight { get; set; } = 1e-3;
}
