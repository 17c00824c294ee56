using System.Runtime.InteropServices;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Interop;

public sealed class DeviceGeneratorsTests
{
    [Fact]
    public void Create_gives_a_generator_of_the_device_that_repeats_itself()
    {
        using var scope = NewDisposeScope();
        using var first = DeviceGenerators.Create(7, TestDevice.Current);
        using var second = DeviceGenerators.Create(7, TestDevice.Current);
        using var other = DeviceGenerators.Create(8, TestDevice.Current);

        Assert.Equal(TestDevice.Current.type, first.device.type);
        var drawn = Draw(first);
        Assert.Equal(drawn, Draw(second));
        Assert.NotEqual(drawn, Draw(first));
        Assert.NotEqual(drawn, Draw(other));
    }

    // What is done with CUDA's function, with that of the CPU, which has the same form.
    [SkippableFact]
    public unsafe void Wrap_owns_the_generator_that_libtorch_made()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var create = (delegate* unmanaged<nint*, ulong, void*>)NativeLibrary.GetExport(NativeLibrary.Load("libtorch_cpu.so"), "_ZN2at6detail18createCPUGeneratorEm");
        using var scope = NewDisposeScope();
        for (var again = 0; again < 100; again++) // each is freed by its wrapper
        {
            using var wrapped = DeviceGenerators.Wrap(7, CPU, made => create(made, 99));
            using var plain = new Generator(7);
            Assert.Equal(Numbers(rand(5, generator: plain)), Numbers(rand(5, generator: wrapped)));
        }
    }

    private static float[] Draw(Generator generator) => Numbers(empty(50, device: TestDevice.Current).uniform_(0, 1, generator));

    private static float[] Numbers(Tensor tensor) => TestDevice.Read(tensor);
}
