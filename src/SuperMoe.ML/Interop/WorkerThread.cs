namespace SuperMoe.ML.Interop;

/// <summary>
/// A thread that waits for work, and for more when that is done. The same few threads serve again and again, the last used first: the system's allocator keeps memory for each
/// thread that ever asked for some, and with the thread pool's, which come and go, that would be many times what is in use.
/// </summary>
internal sealed class WorkerThread
{
    private static readonly Lock s_lock = new();
    private static readonly Stack<WorkerThread> s_idle = [];

    private readonly object _door = new(); // held to look at the work, and waited at for it
    private Action? _work;

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
            Monitor.Pulse(thread._door);
        }
    }

    private void Serve()
    {
        while (true)
        {
            Action work;
            lock (_door)
            {
                while (_work is null) { Monitor.Wait(_door); }
                work = _work;
                _work = null; // what it holds may go
            }
            work();
            lock (s_lock) { s_idle.Push(this); }
        }
    }
}
