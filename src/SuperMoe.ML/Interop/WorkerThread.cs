using System.Diagnostics;

namespace SuperMoe.ML.Interop;

/// <summary>
/// A thread that waits for work, and for more when that is done. The same few threads serve again and again, the last used first: the system's allocator keeps memory for each
/// thread that ever asked for some, and with the thread pool's, which come and go, that would be many times what is in use.
/// </summary>
internal sealed class WorkerThread
{
    // Parts of a step follow each other within microseconds, and to wake a thread that sleeps takes as long as many of them: so it looks out for a moment before it sleeps.
    private static readonly long s_lookout = Stopwatch.Frequency / 10_000; // 100 µs
    private const int Pause = 16; // between two looks

    private static readonly Lock s_lock = new();
    private static readonly Stack<WorkerThread> s_idle = [];

    private readonly object _door = new(); // held to bring work, and to fall asleep
    private volatile Action? _work;

    private WorkerThread()
    {
        var thread = new Thread(Serve) { IsBackground = true, Name = "SuperMoe.ML worker" };
        thread.Start();
    }

    /// <summary>Has an idle thread, or a new one, do <paramref name="work"/>, which must not throw.</summary>
    public static void Start(Action work)
    {
        WorkerThread? thread;
        lock (s_lock)
        {
            if (!s_idle.TryPop(out thread)) { thread = null; }
        }
        thread ??= new WorkerThread();
        lock (thread._door)
        {
            thread._work = work;
            Monitor.Pulse(thread._door); // nobody's, if it is awake
        }
    }

    /// <summary>Waits until <paramref name="isDone"/>, for a moment at most; whether it came to that.</summary>
    public static bool LookOut(Func<bool> isDone)
    {
        var end = Stopwatch.GetTimestamp() + s_lookout;
        do
        {
            if (isDone()) { return true; }
            Thread.SpinWait(Pause);
        }
        while (Stopwatch.GetTimestamp() < end);
        return isDone();
    }

    private void Serve()
    {
        var hasWork = () => _work is not null;
        while (true)
        {
            if (!LookOut(hasWork))
            {
                lock (_door)
                {
                    while (_work is null) { Monitor.Wait(_door); }
                }
            }
            var work = _work!;
            _work = null; // what it holds may go
            work();
            lock (s_lock) { s_idle.Push(this); }
        }
    }
}
