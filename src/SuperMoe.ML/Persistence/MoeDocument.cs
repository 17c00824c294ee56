namespace SuperMoe.ML.Persistence;

/// <summary>The mixture of experts, as <see cref="MoeOptions"/> describe it.</summary>
internal sealed record MoeDocument(
    int Experts,
    int TopK,
    IReadOnlyList<int>? SparseBlocks,
    bool SharedExpert,
    double BiasStep,
    double BalanceLossWeight,
    double ZLossWeight,
    double MutualInformationWeight = 0,
    TaskRouting TaskRouting = TaskRouting.Shared)
{
    public static MoeDocument From(MoeOptions options) => new(
        options.Experts,
        options.TopK,
        options.SparseBlocks is { } blocks ? [.. blocks] : null,
        options.SharedExpert,
        options.BiasStep,
        options.BalanceLossWeight,
        options.ZLossWeight,
        options.MutualInformationWeight,
        options.TaskRouting);

    public MoeOptions ToOptions() => new()
    {
        Experts = Experts,
        TopK = TopK,
        SparseBlocks = SparseBlocks is { } blocks ? [.. blocks] : null,
        SharedExpert = SharedExpert,
        BiasStep = BiasStep,
        BalanceLossWeight = BalanceLossWeight,
        ZLossWeight = ZLossWeight,
        MutualInformationWeight = MutualInformationWeight,
        TaskRouting = TaskRouting,
    };
}
