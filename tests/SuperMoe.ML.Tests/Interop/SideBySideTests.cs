using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Interop;

public sealed class SideBySideTests
{
    [Fact]
    public void Every_worker_runs_once_with_its_share_of_the_threads()
    {
        var threads = new int[3];
        var share = Math.Max(1, get_num_threads() / 3);
        SideBySide.Run(3, worker => threads[worker] = get_num_threads());

        Assert.All(threads, t => Assert.InRange(t, OperatingSystem.IsLinux() ? share : 1, OperatingSystem.IsLinux() ? share : int.MaxValue));
    }

    [Fact]
    public void Run_alone_leaves_libtorch_its_threads()
    {
        var expected = get_num_threads();
        var seen = 0;
        SideBySide.Run(1, _ => seen = get_num_threads());

        Assert.Equal(expected, seen);
    }

    [Fact]
    public void ThreadShare_gives_the_threads_back()
    {
        var before = get_num_threads();
        using (ThreadShare.Enter(1))
        {
            if (OperatingSystem.IsLinux()) { Assert.Equal(1, get_num_threads()); }
        }
        Assert.Equal(before, get_num_threads());
    }

    [Fact]
    public void Lead_keeps_the_threads_for_work_side_by_side()
    {
        var before = get_num_threads();
        int within, workers = 0;
        using (SideBySide.Lead())
        {
            within = SideBySide.Threads;
            if (OperatingSystem.IsLinux()) { Assert.Equal(1, get_num_threads()); }
            using (SideBySide.Lead()) { Assert.Equal(before, SideBySide.Threads); }
            Assert.Equal(before, SideBySide.Threads);
            SideBySide.Run(2, _ => Interlocked.Add(ref workers, SideBySide.Threads));
        }
        Assert.Equal(before, within);
        Assert.Equal(2 * Math.Max(1, before / 2), workers);
        Assert.Equal(before, get_num_threads());
        Assert.Equal(before, SideBySide.Threads);
    }

    [Fact]
    public void Lead_that_is_none_changes_nothing()
    {
        using var lead = SideBySide.Lead();
        var before = SideBySide.Threads;
        using (default(SideBySide.ThreadLead)) { }
        Assert.Equal(before, SideBySide.Threads);
        if (OperatingSystem.IsLinux()) { Assert.Equal(1, get_num_threads()); }
    }

    [Fact]
    public void Run_throws_what_a_worker_threw()
    {
        var e = Assert.Throws<InvalidDataException>(() => SideBySide.Run(2, worker =>
        {
            if (worker == 1) { throw new InvalidDataException("one"); }
        }));
        Assert.Equal("one", e.Message);
    }

    [Fact]
    public void Run_ends_when_all_have_ended_and_throws_the_first_error_by_number()
    {
        var ended = 0;
        var e = Assert.Throws<InvalidDataException>(() => SideBySide.Run(4, 4, worker =>
        {
            Thread.Sleep(worker == 1 ? 30 : 0);
            Interlocked.Increment(ref ended);
            if (worker > 0) { throw new InvalidDataException($"{worker}"); }
        }));
        Assert.Equal("1", e.Message);
        Assert.Equal(4, ended);
    }

    [Fact]
    public void Runs_within_runs_and_beside_others_do_all_their_work()
    {
        var done = new int[3, 4, 5];
        Parallel.For(0, 3, a => SideBySide.Run(4, 4, b => SideBySide.Run(5, 2, c => Interlocked.Increment(ref done[a, b, c]))));
        Assert.All(done.Cast<int>(), d => Assert.Equal(1, d));
    }

    [Fact]
    public void The_same_threads_serve_again()
    {
        var threads = new HashSet<int>();
        for (var i = 0; i < 50; i++)
        {
            SideBySide.Run(2, 2, _ =>
            {
                lock (threads) { threads.Add(Environment.CurrentManagedThreadId); }
                Thread.Sleep(1);
            });
        }
        Assert.InRange(threads.Count, 2, 12); // other tests take some meanwhile
    }
}
