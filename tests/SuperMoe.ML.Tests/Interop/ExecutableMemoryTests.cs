using System.Runtime.InteropServices;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests.Interop;

public sealed unsafe class ExecutableMemoryTests
{
    [SkippableFact]
    public void Loaded_code_can_be_called()
    {
        Skip.IfNot(RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "The code is x86-64.");
        var code = ExecutableMemory.Load([0xB8, 42, 0, 0, 0, 0xC3]); // mov eax, 42; ret
        Skip.If(code == 0, "This system lets no memory be executable.");
        Assert.Equal(42, ((delegate* unmanaged<int>)code)());
    }
}
