using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// What a backward pass in C# gives back to libtorch. On the CPU it runs on the thread that asked for it, whose dispose scope takes it over. For a GPU libtorch runs it on a thread
/// of its own, which has no scope: what was given is disposed at the thread's next backward pass, since libtorch has its own hold on it by then, and with it the memory of the device.
/// </summary>
internal static class BackwardThread
{
    [ThreadStatic]
    private static List<Tensor>? s_given;

    /// <summary>Gradients for libtorch, one for each argument of the forward pass.</summary>
    /// <param name="incoming">The gradient that came from libtorch, which is not needed any more.</param>
    /// <param name="gradients">Gradients in the innermost dispose scope, which may end; <see langword="null"/> for what has none.</param>
    public static List<Tensor> Give(Tensor incoming, params Tensor?[] gradients)
    {
        Tensor[] given = [.. gradients.OfType<Tensor>()];
        if (incoming.device_type == DeviceType.CPU)
        {
            foreach (var gradient in given) { gradient.MoveToOuterDisposeScope(); }
        }
        else
        {
            foreach (var earlier in s_given ??= []) { earlier.Dispose(); }
            s_given.Clear();
            s_given.AddRange(given.Append(incoming).Select(t => t.DetachFromDisposeScope()));
        }
        return [.. gradients.Select(g => g!)];
    }
}
