using SuperMoe.ML.Model.MoE;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>The feed-forward network of a transformer block, dense or sparse.</summary>
internal interface IFeedForward
{
    /// <summary>(M, D) → (M, D), and what the router did, if there is one.</summary>
    /// <param name="x">(M, D) float32.</param>
    /// <param name="compute">What is multiplied in.</param>
    /// <param name="indicators">Of which indicator each of the last tokens is, where the router is to know (see <see cref="Router.Route"/>).</param>
    (Tensor Output, RouterOutput? Router) Apply(Tensor x, ComputePrecision compute, Tensor? indicators = null);
}
