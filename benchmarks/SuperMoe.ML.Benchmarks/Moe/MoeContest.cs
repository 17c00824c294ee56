using System.Diagnostics;
using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Moe;

/// <summary>One case: the contestants take turns on the same tokens, so that whatever disturbs the machine disturbs all of them.</summary>
internal sealed class MoeContest : IDisposable
{
    private const int WarmUps = 3;
    private const int BalancingSteps = 200;
    private const int Pause = 20; // milliseconds in which OpenMP's threads of the contestant before stop spinning

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MoeCase _case;
    private readonly ComputePrecision _compute;
    private readonly SparseMoe _sparse;
    private readonly FeedForward _dense;
    private readonly Tensor _x;
    private readonly Tensor _gradient;

    public MoeContest(MoeCase @case, int tokens, Device device, int seed)
    {
        _case = @case;
        _compute = @case.Type == "bf16" ? ComputePrecision.BFloat16 : ComputePrecision.Float32;
        using var generator = new Generator((ulong)seed);
        var options = new MoeOptions { Experts = @case.Experts, TopK = @case.TopK };
        _sparse = new SparseMoe(@case.Size, @case.Hidden / @case.TopK, options, generator);
        _dense = new FeedForward(@case.Size, @case.Hidden, generator);
        _sparse.to(device);
        _dense.to(device);
        _x = randn([tokens, @case.Size], generator: generator).to(device).requires_grad_();
        _gradient = randn([tokens, @case.Size], generator: generator).to(device);
    }

    /// <summary>Measures the case.</summary>
    public MoeResult Run(int repeats)
    {
        var largest = Balance();
        List<Action> contestants = [() => Backward(Loop()), () => Backward(_dense.Apply(_x, _compute).Output), OwnThreads];
        if (_x.device_type == DeviceType.CPU && get_num_threads() > 1) { contestants.AddRange([() => SideBySideParts(_dense), () => SideBySideParts(_sparse)]); }
        var times = contestants.Select(_ => new List<double>()).ToArray();
        for (var round = -WarmUps; round < repeats; round++)
        {
            for (var c = 0; c < times.Length; c++)
            {
                var time = Milliseconds(contestants[c]);
                if (round >= 0) { times[c].Add(time); }
            }
        }
        double[] medians = [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
        double[] dense = [.. medians.Where((_, c) => c % 2 == 1)], sparse = [.. medians.Where((_, c) => c > 0 && c % 2 == 0)];
        return new MoeResult(
            _case.Experts, _case.TopK, _case.Size, _case.Type, largest, dense.Min(), sparse.Min(), medians[0], sparse.Min() / dense.Min(), _case.Limit);
    }

    /// <summary>The library's experts.</summary>
    public Tensor Sparse() => _sparse.Apply(_x, _compute).Output;

    /// <summary>The same of torch's operators alone, one expert after the other, each on its own tokens.</summary>
    public Tensor Loop()
    {
        var (router, gates) = _sparse.Router.Route(_x);
        var (x, y) = (_compute.Cast(_x), zeros_like(_x, requires_grad: false));
        var (w1, w2) = (_compute.Cast(_sparse.get_parameter("w1")!).unbind(0), _compute.Cast(_sparse.get_parameter("w2")!).unbind(0));
        for (var e = 0; e < w1.Length; e++)
        {
            var sent = router.Experts.eq(Scalars.Of((long)e)).nonzero(); // (n, 2): token and which of its K
            var (token, place) = (sent.select(1, 0), sent.select(1, 1));
            var hidden = nn.functional.gelu(x.index_select(0, token).matmul(w1[e]));
            y.index_add_(0, token, gates[token, place].unsqueeze(1) * hidden.matmul(w2[e]), Scalars.Of(1.0));
        }
        return y;
    }

    public void Dispose()
    {
        _sparse.Dispose();
        _dense.Dispose();
        _scope.Dispose();
    }

    // As a training step computes it: a part of the tokens for each thread, which computes it alone on leaves of its own; then the weights' gradients are summed.
    private void SideBySideParts(IFeedForward network)
    {
        var threads = get_num_threads();
        using var lead = SideBySide.Lead();
        var gradients = new List<(Tensor Weight, Tensor Gradient)>[threads];
        SideBySide.Run(threads, part =>
        {
            using var scope = NewDisposeScope();
            using var leaves = Leaves.Enter();
            var (start, end) = (_x.shape[0] * part / threads, _x.shape[0] * (part + 1) / threads);
            var x = _x.detach().narrow(0, start, end - start).requires_grad_();
            network.Apply(x, _compute).Output.backward([_gradient.narrow(0, start, end - start)]);
            gradients[part] = leaves.TakeGradients();
        });
        foreach (var (weight, gradient) in gradients.Skip(1).SelectMany(g => g)) { gradients[0].Single(g => ReferenceEquals(g.Weight, weight)).Gradient.add_(gradient); }
        foreach (var (_, gradient) in gradients.SelectMany(g => g)) { Forget(gradient); }
    }

    // The whole of it in one call, by the library's own threads.
    private void OwnThreads()
    {
        using var lead = SideBySide.Lead();
        Backward(Sparse());
    }

    private void Backward(Tensor output) => output.backward([_gradient]);

    // As training keeps it: random tokens and an untrained router are less even than any trained one.
    private double Balance()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var step = 0; step < BalancingSteps; step++)
        {
            using var inner = NewDisposeScope();
            var size = 0.2 / _case.Experts * (step < BalancingSteps / 2 ? 1 : 0.1);
            _sparse.Router.Balance(_sparse.Router.Route(_x).Output.Load(), size);
        }
        var load = _sparse.Router.Route(_x).Output.Load().to(ScalarType.Float32);
        return (load.max() / load.mean()).item<float>();
    }

    private double Milliseconds(Action contestant)
    {
        Thread.Sleep(Pause);
        Once(contestant); // the caches hold what the contestant before left
        return Once(contestant);
    }

    private double Once(Action contestant)
    {
        using var scope = NewDisposeScope();
        foreach (var leaf in _sparse.parameters().Concat(_dense.parameters()).Append(_x))
        {
            if (leaf.grad is { } gradient) { Forget(gradient); }
            leaf.grad = null;
        }
        Synchronize();
        var clock = Stopwatch.StartNew();
        contestant();
        Synchronize();
        return clock.Elapsed.TotalMilliseconds;
    }

    // As training does: those of the experts give their memory to the next step's.
    private static void Forget(Tensor gradient)
    {
        if (gradient.dim() == 3) { TensorPool.Recycle(gradient); }
        else { gradient.Dispose(); }
    }

    private void Synchronize()
    {
        if (_x.device_type == DeviceType.CUDA) { cuda.synchronize(); }
    }
}
