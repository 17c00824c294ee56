using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model.MoE;

/// <summary>
/// The mutual information between tasks and experts: how much one learns of the task from the expert that is chosen (the idea of Mod-Squad, Chen et al. 2023,
/// with one router for all tasks). A task chooses by what its indicator token is routed to and, as far as the token looks at them, by what events are routed to.
/// N events, B users, T indicators of which the first is the embedding's, L longest sequence, E experts.
/// </summary>
internal static class TaskInformation
{
    private const double Least = 1e-9; // in a logarithm

    /// <summary>The information in nats, from 0 to the logarithm of the smaller of tasks and experts: a tensor of no dimensions.</summary>
    /// <param name="router">What a block's router did with n events and then B·T indicators.</param>
    /// <param name="looks">(B, T, L + 1), or (B, T, 1) without events: what indicators look at, themselves last.</param>
    /// <param name="input">Where events stand.</param>
    public static Tensor Of(RouterOutput router, Tensor looks, SequenceInput input)
    {
        var (users, indicators, experts) = ((long)input.Users, looks.shape[1], router.Logits.shape[1]);
        var probabilities = router.Logits.softmax(-1); // (n + B·T, E)
        var events = probabilities.shape[0] - (users * indicators);
        var own = probabilities.narrow(0, events, users * indicators).view(users, indicators, experts);
        var chosen = own;
        if (events > 0 && events == input.Events)
        {
            var seen = probabilities.narrow(0, 0, events);
            if (input.Pad is not null) { seen = seen.index_select(0, input.Pad); } // padding is not looked at
            chosen = matmul(looks.narrow(-1, 0, input.MaxLength), seen.view(users, input.MaxLength, experts)).Plus(looks.narrow(-1, input.MaxLength, 1) * own);
        }
        var byTask = chosen.narrow(1, 1, indicators - 1).mean([0L]); // (T - 1, E): P(e | t)
        var all = byTask.mean([0L], keepdim: true); // P(e), tasks alike
        var logs = byTask.clamp(min: Scalars.Of(Least)).log() - all.clamp(min: Scalars.Of(Least)).log();
        return (byTask * logs).sum(-1).mean();
    }
}
