using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model.MoE;

/// <summary>Auxiliary losses of a router over M tokens and E experts.</summary>
internal static class RouterLosses
{
    /// <summary>Router z-loss: the mean squared log-sum-exp of the logits, which keeps them small (ST-MoE, Zoph et al. 2022, equation 5).</summary>
    public static Tensor ZLoss(RouterOutput router) => router.Logits.logsumexp(-1).square().mean();

    /// <summary>Balance loss: E times the sum over experts of share of assignments × mean probability; 1 when even (Fedus et al. 2021, equation 4).</summary>
    public static Tensor Balance(RouterOutput router)
    {
        var share = router.Load().to(ScalarType.Float32) / tensor((float)router.Experts.numel());
        return (share * router.Logits.softmax(-1).mean([0L])).sum().mul(Scalars.Of(router.Logits.shape[1]));
    }
}
