using System.Runtime.ExceptionServices;

namespace SuperMoe.ML.Interop;

/// <summary>Work on several threads, with libtorch computing by one thread on each (see <see cref="SingleThread"/>).</summary>
internal static class SideBySide
{
    /// <summary>Runs <paramref name="work"/> for 0 to <paramref name="workers"/> - 1, and waits; alone, it runs as it is, with all of libtorch's threads.</summary>
    /// <exception cref="Exception">The first that a worker threw.</exception>
    public static void Run(int workers, Action<int> work)
    {
        if (workers <= 1)
        {
            work(0);
            return;
        }
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
            {
                using var single = SingleThread.Enter();
                work(worker);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
