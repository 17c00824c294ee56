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
    public void Run_throws_what_a_worker_threw()
    {
        var e = Assert.Throws<InvalidDataException>(() => SideBySide.Run(2, worker =>
        {
            if (worker == 1) { throw new InvalidDataException("one"); }
        }));
        Assert.Equal("one", e.Message);
    }
}
