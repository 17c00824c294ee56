using System.Runtime.InteropServices;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// Products of bfloat16 pairs in machine code: .NET 10 has no intrinsic for vdpbf16ps (AVX512_BF16), which multiplies twice as many numbers as float32's does.
/// 4 rows × 1 to 4 vectors of sums stay in registers. There is no unwind data: it calls nothing and throws nothing, and only who samples the stack within it on Windows is misled.
/// </summary>
internal static unsafe class TileProgram
{
    /// <summary>Vectors of sums beside each other.</summary>
    public const int Vectors = 4;

    /// <summary>Rows of sums.</summary>
    public const int Rows = 4;

    // General registers. All calling conventions of x86-64 give the fourth whole number in rcx or r9, and Windows the first one in rcx.
    private const int Cursor = 0; // rax: of the rows
    private const int Arguments = 1; // rcx
    private const int Column = 2; // rdx: of the columns
    private const int Steps = 3; // rbx
    private const int Across3 = 5; // rbp
    private const int FirstRow = 6; // rsi
    private const int To = 7; // rdi
    private const int Along = 8;
    private const int Width = 9;
    private const int Stride = 10;
    private const int Across = 11;
    private const int Groups = 15;
    private const int Number = 4; // vectors: what is multiplied with the columns, which are 0 to 3
    private const int Sums = 16; // the first of the vectors of sums. None is of those that Windows has a function keep, 6 to 15

    private static readonly int[] s_kept = [Steps, FirstRow, To, Across3, Groups]; // what a function keeps for its caller, on Linux or on Windows

    private static readonly nint[] s_programs = Load();

    /// <summary>Whether it can run: not without the instruction, nor where the system lets no memory be executable.</summary>
    public static bool Suits => s_programs.Length > 0;

    /// <summary>What a program reads. Distances are in bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Task
    {
        public void* Rows;
        public void* Columns;
        public float* To;
        public long Across;
        public long Along;
        public long Width;
        public long Stride;
        public long Steps;
        public long Groups;
    }

    /// <summary>Multiplies. The collector waits meanwhile: products are of at most some 30,000 multiplications of vectors, a hundredth of a millisecond.</summary>
    /// <param name="task">At least one step and one group of <see cref="Rows"/> rows.</param>
    /// <param name="vectors">1 to <see cref="Vectors"/>.</param>
    /// <param name="add">Whether the products are added to what is there.</param>
    public static void Run(Task* task, int vectors, bool add)
    {
        var program = s_programs[Index(vectors, add)];
        if (OperatingSystem.IsWindows()) { ((delegate* unmanaged[SuppressGCTransition]<Task*, void>)program)(task); }
        else { ((delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, Task*, void>)program)(0, 0, 0, task); }
    }

    /// <summary>The machine code.</summary>
    public static X64Writer Write(int vectors, bool add)
    {
        var code = new X64Writer();
        foreach (var r in s_kept) { code.Push(r); }
        code.Load(FirstRow, Arguments, 0);
        code.Load(To, Arguments, 16);
        code.Load(Across, Arguments, 24);
        code.Load(Along, Arguments, 32);
        code.Load(Width, Arguments, 40);
        code.Load(Stride, Arguments, 48);
        code.Load(Groups, Arguments, 64);
        code.Address(Across3, Across, Across, 1);

        var group = code.Position;
        for (var i = 0; i < Rows * vectors; i++) { code.Zero(Sums + i); }
        code.Move(Cursor, FirstRow);
        code.Load(Column, Arguments, 8);
        code.Load(Steps, Arguments, 56);

        var step = code.Position;
        for (var v = 0; v < vectors; v++) { code.LoadVector(v, Column, v); }
        for (var row = 0; row < Rows; row++)
        {
            if (row == 0) { code.Broadcast(Number, Cursor); }
            else if (row == 3) { code.Broadcast(Number, Cursor, Across3, 0); }
            else { code.Broadcast(Number, Cursor, Across, row - 1); }
            for (var v = 0; v < vectors; v++) { code.MultiplyPairs(Sums + (row * vectors) + v, Number, v); }
        }
        code.Add(Cursor, Along);
        code.Add(Column, Width);
        code.Decrement(Steps);
        code.JumpIfNotZero(step);

        for (var row = 0; row < Rows; row++)
        {
            for (var v = 0; v < vectors; v++)
            {
                if (add) { code.AddVector(Sums + (row * vectors) + v, To, v); }
                code.StoreVector(Sums + (row * vectors) + v, To, v);
            }
            code.Add(To, Stride);
        }
        code.Address(FirstRow, FirstRow, Across, 2);
        code.Decrement(Groups);
        code.JumpIfNotZero(group);
        foreach (var r in s_kept.Reverse()) { code.Pop(r); }
        code.Return();
        return code;
    }

    private static int Index(int vectors, bool add) => (2 * (vectors - 1)) + (add ? 1 : 0);

    private static nint[] Load()
    {
        if (!ProcessorFeatures.BFloat16Pairs) { return []; }
        var programs = new nint[2 * Vectors];
        for (var vectors = 1; vectors <= Vectors; vectors++)
        {
            foreach (var add in (bool[])[false, true]) { programs[Index(vectors, add)] = ExecutableMemory.Load(Write(vectors, add).Code); }
        }
        return programs.Contains(0) ? [] : programs;
    }
}
