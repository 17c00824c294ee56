using SuperMoe.ML.Interop;
using Machine = System.Runtime.InteropServices.Architecture;

namespace SuperMoe.ML.Tests.Interop;

public sealed class NativeLoadErrorTests
{
    [Theory]
    [InlineData("libc10.so", "libc10.so: cannot open shared object file: No such file or directory", "package libtorch-cpu-linux-x64 2.10.*")]
    [InlineData("/app/libc10.so", "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.99' not found", "newer glibc")]
    [InlineData("/app/libtorch_cpu.so", "/lib/libstdc++.so.6: version `GLIBCXX_3.4.26' not found", "newer libstdc++")]
    [InlineData("/app/libc10.so", "/app/libc10.so: wrong ELF class: ELFCLASS32", "another architecture")]
    [InlineData("/app/libc10.so", "/app/libc10.so: file too short", "damaged")]
    [InlineData("/app/libLibTorchSharp.so", "/app/libLibTorchSharp.so: undefined symbol: _ZN2at", "needs libtorch 2.10")]
    [InlineData("/app/libLibTorchSharp.so", "failed to map segment from shared object: Operation not permitted", "noexec")]
    [InlineData("/app/libtorch_cpu.so", "libgomp-98b21ff3.so.1: cannot open shared object file", "a library that it needs is missing")]
    public void Explain_names_the_cause_and_keeps_what_the_linker_said(string library, string linker, string cause)
    {
        var message = NativeLoadError.Explain(library, linker);
        Assert.Contains(cause, message.Split(Environment.NewLine)[0], StringComparison.Ordinal);
        Assert.Contains(library, message, StringComparison.Ordinal);
        Assert.EndsWith(linker, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-musl-x64")]
    [InlineData("alpine.3.20-x64")]
    public void Unsupported_on_musl_says_that_libtorch_needs_glibc(string rid)
    {
        Assert.Contains("glibc", NativeLoadError.Unsupported(rid, Machine.X64), StringComparison.Ordinal);
    }

    [Fact]
    public void Unsupported_on_another_architecture_names_those_that_work()
    {
        var message = NativeLoadError.Unsupported("any", Machine.S390x);
        Assert.Contains("linux-x64", message, StringComparison.Ordinal);
        Assert.Contains("S390x", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unsupported_here_is_null()
    {
        Assert.Null(NativeLoadError.Unsupported());
    }

    [Theory]
    [InlineData("win", true, "libtorch-cpu-win-x64")]
    [InlineData("win", false, "libtorch-cpu-win-x64")]
    [InlineData("osx", true, "libtorch-cpu-osx-arm64")]
    [InlineData("linux", false, "libtorch-cpu-linux-x64")]
    [InlineData("linux", true, "before SuperMoe.ML was")]
    public void Failure_of_TorchSharp_s_own_loading_names_the_cause_of_its_platform(string platform, bool inInitializer, string cause)
    {
        var own = new NotSupportedException("no such thing");
        var message = NativeLoadError.OfTorchSharp(inInitializer ? new TypeInitializationException("TorchSharp.torch", own) : own, platform);
        Assert.Contains(cause, message.Split(Environment.NewLine)[0], StringComparison.Ordinal);
        Assert.EndsWith("no such thing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void NotFound_lists_where_it_was_looked_for()
    {
        Assert.Contains("/a, /b", NativeLoadError.NotFound("x.so", ["/a", "/b"]), StringComparison.Ordinal);
    }
}
