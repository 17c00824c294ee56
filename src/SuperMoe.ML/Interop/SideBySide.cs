using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>Work on several threads, with libtorch's threads shared out among them (see <see cref="ThreadShare"/>).</summary>
internal static class SideBySide
{
    /// <summary>Runs <paramref name="work"/> for 0 to <paramref name="workers"/> - 1, and waits; alone, it runs as it is, with all of libtorch's threads.</summary>
    /// <exception cref="Exception">The first that a worker threw.</exception>
    public static void Run(int workers, Action<int> work) => Run(workers, get_num_threads(), work);

    /// <summary>The same with <paramref name="threads"/> threads of libtorch to share out, for a caller who computes alone itself.</summary>
    public static void Run(int workers, int threads, Action<int> work)
    {
        if (workers <= 1)
        {
            work(0);
            return;
        }
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Math.Min(workers, threads)) }, worker =>
            {
                using var share = ThreadShare.Enter(Math.Max(1, threads / workers));
                work(worker);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
