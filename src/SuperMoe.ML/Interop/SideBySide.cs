using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>Work on several threads, with libtorch's threads shared out among them (see <see cref="ThreadShare"/>).</summary>
internal static class SideBySide
{
    /// <summary>Runs <paramref name="work"/> for 0 to <paramref name="workers"/> - 1, and waits; alone, it runs as it is, with all of libtorch's threads.</summary>
    /// <exception cref="Exception">What the first of them threw, by number, after all have ended.</exception>
    public static void Run(int workers, Action<int> work) => Run(workers, get_num_threads(), work);

    /// <summary>The same with <paramref name="threads"/> threads of libtorch to share out, for a caller who computes alone itself.</summary>
    public static void Run(int workers, int threads, Action<int> work)
    {
        if (workers <= 1)
        {
            work(0);
            return;
        }
        var lanes = Math.Clamp(threads, 1, workers);
        var errors = new ExceptionDispatchInfo?[workers];
        var next = -1;
        using var others = new CountdownEvent(lanes);
        for (var lane = 1; lane < lanes; lane++)
        {
            WorkerThread.Start(() =>
            {
                Serve();
                others.Signal();
            });
        }
        Serve(); // the caller's thread works too
        others.Signal();
        others.Wait();
        errors.FirstOrDefault(e => e is not null)?.Throw();

        void Serve()
        {
            using var share = ThreadShare.Enter(Math.Max(1, threads / workers));
            for (int i; (i = Interlocked.Increment(ref next)) < workers;)
            {
                try { work(i); }
                catch (Exception e) { errors[i] = ExceptionDispatchInfo.Capture(e); }
            }
        }
    }
}
