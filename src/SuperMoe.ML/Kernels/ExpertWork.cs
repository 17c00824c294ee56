using System.Runtime.CompilerServices;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Shares the experts' work among threads, each with a libtorch of one thread. T tokens, D model, K experts a token, R rows.</summary>
internal static unsafe class ExpertWork
{
    private const int TokensOfPart = 512;
    private const int Ahead = 8; // tokens whose rows are asked for before they are read

    /// <summary>Work for which another thread is worth waking, in multiplications of one pair of matrices.</summary>
    private const long LeastWork = 1 << 23;

    /// <summary>What a group works on should stay in the processor's cache.</summary>
    private const long GroupBytes = 4 << 20;

    private const int GroupsOfWorker = 2; // so that the last ones to finish wait little

    /// <summary>How many threads share it.</summary>
    /// <param name="rows">R.</param>
    /// <param name="matrix">The size of an expert's matrix, D·H.</param>
    public static int Workers(long rows, long matrix) => (int)Math.Clamp(rows * matrix / LeastWork, 1, SideBySide.Threads);

    /// <summary>The most rows and experts of a group.</summary>
    /// <param name="assignments">T·K.</param>
    /// <param name="w1">(E, D, H).</param>
    /// <param name="bytes">Of a number.</param>
    public static (int Rows, int Experts) Largest(long assignments, Tensor w1, int bytes)
    {
        var (e, d, h) = (w1.size(0), w1.size(1), w1.size(2));
        var (rows, experts) = (GroupBytes / (h * bytes), GroupBytes / (d * h * bytes));
        var workers = Workers(assignments, d * h);
        if (workers > 1)
        {
            rows = Math.Min(rows, assignments / (GroupsOfWorker * workers));
            experts = Math.Min(experts, (e + (GroupsOfWorker * workers) - 1) / (GroupsOfWorker * workers));
        }
        return ((int)Math.Max(1, rows), (int)Math.Max(1, experts));
    }

    /// <summary>Has threads take groups until none is left. The results do not depend on who takes which.</summary>
    /// <param name="rows">The groups.</param>
    /// <param name="matrix">The size of an expert's matrix, D·H.</param>
    /// <param name="begin">Makes what a thread needs, in a dispose scope without gradients, and gives what it does to a group.</param>
    public static void ForGroups(ExpertRows rows, long matrix, Func<PooledTensors, Action<ExpertGroup>> begin)
    {
        var next = -1;
        SideBySide.Run(Math.Min(Workers(rows.Count, matrix), rows.Groups.Length), _ =>
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            using var pool = new PooledTensors();
            Action<ExpertGroup>? visit = null;
            for (int i; (i = Interlocked.Increment(ref next)) < rows.Groups.Length;)
            {
                visit ??= begin(pool);
                using var inner = NewDisposeScope();
                visit(rows.Groups[i]);
            }
        });
    }

    /// <summary>Has threads take groups until none is left.</summary>
    /// <param name="workers">How many threads.</param>
    /// <param name="rows">The groups.</param>
    /// <param name="take">Is called by each thread with what gives the next group's number, or one too large.</param>
    public static void Side(int workers, ExpertRows rows, Action<Func<int>> take)
    {
        var next = -1;
        SideBySide.Run(Math.Min(workers, rows.Groups.Length), _ => take(() => Interlocked.Increment(ref next)));
    }

    /// <summary>(R, D) → (T, D): the sum of each token's K rows.</summary>
    public static void Sum(float* sorted, ReadOnlySpan<int> places, int k, int d, float* to)
    {
        fixed (int* of = places)
        {
            var (rows, tokens) = ((nint)of, places.Length / k);
            CpuParts.Run((tokens + TokensOfPart - 1) / TokensOfPart, 1, part =>
                Sum(sorted, (int*)rows, part * TokensOfPart, Math.Min(tokens, (part + 1) * TokensOfPart), k, d, to));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* sorted, int* places, int first, int end, int k, int d, float* to)
    {
        for (long t = first; t < end; t++)
        {
            for (var j = 0; t + Ahead < end && j < k; j++) { Prefetching.Row(sorted + ((long)places[((t + Ahead) * k) + j] * d), d); }
            ExpertPasses<Float32Element>.Sum((Float32Element*)sorted, new ReadOnlySpan<int>(places + (t * k), k), null, d, to + (t * d));
        }
    }

    /// <summary>(R, D) → (T, D): the sum of each token's K rows, weighted by <paramref name="gates"/>, (T, K), or unweighted.</summary>
    public static void Sum<TRow>(RowBuffer<TRow> sorted, Tensor? gates, ExpertRows rows, int k, Tensor to)
        where TRow : unmanaged, IElement<TRow>
    {
        var d = (int)to.shape[1];
        var from = (TRow*)RawMemory.Start(sorted.Tensor, TRow.Type);
        var sums = (float*)RawMemory.Start(to, ScalarType.Float32);
        var weights = gates is null ? null : (float*)RawMemory.Start(gates, ScalarType.Float32);
        CpuParts.Run(rows.Places.Length / k, TokensOfPart, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (t) =>
        {
            ExpertPasses<TRow>.Sum(from, rows.Places.Slice(t * k, k), weights is null ? null : weights + ((long)t * k), d, sums + ((long)t * d));
        });
        GC.KeepAlive((sorted, gates, to));
    }

    /// <summary>For the kernels: where a group's experts end, int64; nothing if they have equally many rows.</summary>
    public static Tensor Ends<TRow>(ExpertGroup group)
        where TRow : unmanaged, IElement<TRow> => tensor(TRow.Type == ScalarType.Float32 ? Array.ConvertAll(group.Ends.ToArray(), e => (long)e) : [], dtype: ScalarType.Int64, device: CPU);
}
