using SuperMoe.ML.Model.MoE;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>The feed-forward network of a transformer block, dense or sparse.</summary>
internal interface IFeedForward
{
    /// <summary>(M, D) → (M, D), and what the router did, if there is one.</summary>
    (Tensor Output, RouterOutput? Router) Apply(Tensor x);
}
