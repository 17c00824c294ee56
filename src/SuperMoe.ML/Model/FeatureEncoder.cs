using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// A linear map of F numbers, standardized by what training saw, each with a flag that tells that it is missing: NaN, infinite, or beyond
/// <see cref="Limit"/>.
/// </summary>
internal sealed class FeatureEncoder : NamedModule
{
    /// <summary>Deviations from the mean from which on a number tells nothing: squares in later layers would overflow, and their NaN spreads over the batch.</summary>
    private const double Limit = 1e12;

    private readonly Dense _map;

    public FeatureEncoder(int features, int size, Generator generator)
        : base(nameof(FeatureEncoder))
    {
        _map = new Dense(2 * features, size, generator, bias: false, deviation: ItemEncoder.InitialDeviation);
        register_module("map", _map);
        register_buffer("mean", zeros(features));
        register_buffer("scale", ones(features));
    }

    /// <summary>Sets the mean and the standard deviation of each feature; a deviation of 0 counts as 1.</summary>
    public void Standardize(IReadOnlyList<(float Mean, float Deviation)> moments)
    {
        using var scope = NewDisposeScope();
        get_buffer("mean")!.copy_(tensor([.. moments.Select(m => m.Mean)]));
        get_buffer("scale")!.copy_(tensor([.. moments.Select(m => m.Deviation > 0 ? 1 / m.Deviation : 1)]));
    }

    /// <param name="input">(n, F).</param>
    /// <returns>(n, D).</returns>
    public Tensor forward(Tensor input)
    {
        var standard = (input - get_buffer("mean")!) * get_buffer("scale")!;
        var missing = standard.abs().lt(Scalars.Of(Limit)).logical_not(); // of NaN, too
        return _map.forward(cat([standard.masked_fill(missing, Scalars.Of(0.0)), missing.to(standard.dtype)], -1));
    }
}
