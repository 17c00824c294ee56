using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

/// <summary>The weights and buffers of a module.</summary>
internal static class Weights
{
    /// <summary>All of them, one after another, in the order of names.</summary>
    public static float[] Of(nn.Module module)
    {
        using var scope = NewDisposeScope();
        return [.. module.state_dict().OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => TestDevice.Read(p.Value.to(ScalarType.Float32)))];
    }
}
