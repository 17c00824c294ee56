using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The experts in scoring: float32, without gradients, by the calling thread alone. It does what <see cref="ExpertForward{TRow}"/> does, but
/// no managed object is made for a group, a view or a scope: batches are small, and there are many. Products are <see cref="SmallProducts"/> where these suit, and else libtorch's.
/// T tokens, D model, H hidden units of an expert, E experts, K experts a token, R rows.
/// </summary>
internal static unsafe class ExpertScoring
{
    // What the kernel reads: the first expert, the one after the last, the rows where its input and its output begin; then where each expert's rows begin, and R.
    private const int Header = 4;

    /// <summary>Whether it is meant for such work.</summary>
    /// <param name="assignments">T·K.</param>
    /// <param name="w1">(E, D, H).</param>
    /// <param name="compute">What is multiplied in.</param>
    public static bool Suits(long assignments, Tensor w1, ScalarType compute) =>
        compute == ScalarType.Float32 && !is_grad_enabled() && ExpertWork.Workers(assignments, w1.size(1) * w1.size(2)) == 1;

    /// <summary>The output, (T, D). All arguments are contiguous.</summary>
    /// <param name="x">(T, D) float32.</param>
    /// <param name="gates">(T, K) float32.</param>
    /// <param name="w1">(E, D, H) float32.</param>
    /// <param name="w2">(E, H, D) float32.</param>
    /// <param name="rows">Where assignments stand: experts in their order, without padding.</param>
    public static Tensor Run(Tensor x, Tensor gates, Tensor w1, Tensor w2, ExpertRows rows)
    {
        int d = (int)x.size(1), h = (int)w1.size(2), k = (int)gates.size(1);
        using var sorted = new PooledNumbers((long)rows.MostRows * d);
        using var hidden = new PooledNumbers((long)rows.MostRows * h);
        using var outputs = new PooledNumbers((long)rows.Count * d);
        using var bounds = Bounds(rows, (int)w1.size(0));
        float* tokens = Numbers(x), gathered = Numbers(sorted.Tensor), units = Numbers(hidden.Tensor);
        var numbers = HostCopy.View<long>(bounds);
        var small = ExpertProducts.Suit(ScalarType.Float32, (d, h));
        foreach (var group in rows.Groups)
        {
            ExpertPasses<Float32Element>.Gather(tokens, rows.Assignments.Slice(group.First, group.Count), k, d, (Float32Element*)gathered);
            numbers[0] = group.Experts[0];
            numbers[1] = group.Experts[0] + group.Experts.Length;
            (numbers[2], numbers[3]) = (group.First, group.First);
            if (small) { ExpertProducts.Multiply(gathered, Numbers(w1), d, h, group, units); }
            else { Multiply(sorted.Tensor, w1, hidden.Tensor, bounds); }
            ExpertActivation<Float32Element>.Apply((Float32Element*)units, (Float32Element*)units, (long)group.Count * h, slopes: false);
            numbers[3] = 0;
            if (small) { ExpertProducts.Multiply(units, Numbers(w2), h, d, group, Numbers(outputs.Tensor) + ((long)group.First * d)); }
            else { Multiply(hidden.Tensor, w2, outputs.Tensor, bounds); }
        }
        var output = empty(x.size(0), d, ScalarType.Float32, CPU);
        Sum(Numbers(outputs.Tensor), Numbers(gates), rows.Places, k, d, Numbers(output));
        GC.KeepAlive((x, gates, w1, w2));
        return output;
    }

    private static Tensor Bounds(ExpertRows rows, int experts)
    {
        var bounds = empty(Header + experts + 1, ScalarType.Int64, CPU);
        var numbers = HostCopy.View<long>(bounds);
        numbers[Header] = 0;
        foreach (var group in rows.Groups)
        {
            for (var i = 0; i < group.Experts.Length; i++) { numbers[Header + group.Experts[i] + 1] = group.First + group.Ends[i]; }
        }
        return bounds;
    }

    private static void Multiply(Tensor x, Tensor w, Tensor y, Tensor bounds) => TorchScript.Call("expert_products", x, w, y, bounds).Dispose();

    private static void Sum(float* rows, float* gates, ReadOnlySpan<int> places, int k, int d, float* to)
    {
        for (var t = 0; t * k < places.Length; t++)
        {
            ExpertPasses<Float32Element>.Sum((Float32Element*)rows, places.Slice(t * k, k), gates + ((long)t * k), d, to + ((long)t * d));
        }
    }

    private static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);
}
