using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>Work on several threads, with libtorch's threads shared out among them (see <see cref="ThreadShare"/>).</summary>
internal static class SideBySide
{
    [ThreadStatic]
    private static int s_threads;

    /// <summary>How many threads the calling one may use: libtorch's, or what <see cref="Lead"/> keeps for work side by side.</summary>
    public static int Threads => s_threads > 0 ? s_threads : get_num_threads();

    /// <summary>
    /// Begins to keep libtorch's threads for work side by side: the calling thread computes alone what is not, so that no team of OpenMP's is left spinning on the
    /// cores that the others need. To be disposed on the same thread.
    /// </summary>
    public static ThreadLead Lead() => new(Threads);

    /// <summary>Runs <paramref name="work"/> for 0 to <paramref name="workers"/> - 1, and waits; alone, it runs as it is, with all of the caller's threads.</summary>
    /// <exception cref="Exception">What the first of them threw, by number, after all have ended.</exception>
    public static void Run(int workers, Action<int> work) => Run(workers, Threads, work);

    /// <summary>The same with so many <paramref name="threads"/>.</summary>
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
        if (!WorkerThread.LookOut(() => others.IsSet)) { others.Wait(); }
        errors.FirstOrDefault(e => e is not null)?.Throw();

        void Serve()
        {
            using var share = ThreadShare.Enter(Math.Max(1, threads / workers));
            var before = s_threads;
            s_threads = 0;
            for (int i; (i = Interlocked.Increment(ref next)) < workers;)
            {
                try { work(i); }
                catch (Exception e) { errors[i] = ExceptionDispatchInfo.Capture(e); }
            }
            s_threads = before;
        }
    }

    /// <summary>While it lives, the threads are kept; see <see cref="Lead"/>. The default keeps nothing.</summary>
    internal readonly ref struct ThreadLead
    {
        private readonly bool _leads;
        private readonly int _before;
        private readonly ThreadShare _share;

        public ThreadLead(int threads)
        {
            _leads = true;
            _before = s_threads;
            s_threads = threads;
            _share = ThreadShare.Enter(1);
        }

        public void Dispose()
        {
            if (!_leads) { return; }
            _share.Dispose();
            s_threads = _before;
        }
    }
}
