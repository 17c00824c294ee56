using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.Probe;

/// <summary>One way to describe users to a learner.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Size">The number of features.</param>
/// <param name="IsDense">Whether they are numbers of any size rather than counts.</param>
/// <param name="Values">Each user's features.</param>
internal sealed record ProbeFeatures(string Name, int Size, bool IsDense, IReadOnlyList<VBuffer<float>> Values)
{
    /// <summary>Vectors as features.</summary>
    public static ProbeFeatures Dense(string name, IReadOnlyList<float[]> vectors) =>
        new(name, vectors[0].Length, true, [.. vectors.Select(v => new VBuffer<float>(v.Length, v))]);
}
