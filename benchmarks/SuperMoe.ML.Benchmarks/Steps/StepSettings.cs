namespace SuperMoe.ML.Benchmarks.Steps;

/// <summary>What training steps are measured on.</summary>
/// <param name="Length">Events of a user's input.</param>
/// <param name="BatchTokens">Events of a batch.</param>
/// <param name="Experts">Experts of a block; 1 is a dense block.</param>
/// <param name="HiddenSize">Size of states and item vectors.</param>
/// <param name="Steps">Steps of one measurement.</param>
/// <param name="Seed">Seed of data, weights and draws.</param>
internal sealed record StepSettings(int Length, int BatchTokens, int Experts, int HiddenSize, int Steps, int Seed)
{
    public SuperMoeModelOptions Model() => new()
    {
        MaxLength = Length,
        HiddenSize = HiddenSize,
        Moe = new MoeOptions { Experts = Experts, TopK = Math.Min(Experts, new MoeOptions().TopK) },
    };
}
