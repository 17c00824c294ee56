namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// Writes the few x86-64 instructions that <see cref="TileProgram"/> needs, those of AVX-512 with vectors of 512 bits (Intel SDM, volume 2).
/// General registers are numbered as there (0 rax, 1 rcx, 2 rdx, 3 rbx, 5 rbp, 6 rsi, 7 rdi, 8 to 15); 4 and 12 are no base here, nor are 5 and 13.
/// </summary>
internal sealed class X64Writer
{
    private const int None = 0; // prefixes, as a vector instruction tells them
    private const int Ox66 = 1;
    private const int OxF3 = 2;
    private const int Map0F = 1;
    private const int Map0F38 = 2;
    private const int Scaled = 4; // of ModRM: a base with an index follows

    private readonly List<byte> _code = [];

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Code => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_code);

    /// <summary>Where the next instruction stands.</summary>
    public int Position => _code.Count;

    /// <summary>push r</summary>
    public void Push(int r) => Short(0x50, r);

    /// <summary>pop r</summary>
    public void Pop(int r) => Short(0x58, r);

    /// <summary>mov to, [from + offset]</summary>
    public void Load(int to, int from, int offset) => Write(Rex(to, 0, from), 0x8B, ModRm(1, to, from), offset);

    /// <summary>mov to, from</summary>
    public void Move(int to, int from) => Write(Rex(from, 0, to), 0x89, ModRm(3, from, to));

    /// <summary>add to, what</summary>
    public void Add(int to, int what) => Write(Rex(what, 0, to), 0x01, ModRm(3, what, to));

    /// <summary>dec r</summary>
    public void Decrement(int r) => Write(Rex(0, 0, r), 0xFF, ModRm(3, 1, r));

    /// <summary>lea to, [from + index · 2^shift]</summary>
    public void Address(int to, int from, int index, int shift) => Write(Rex(to, index, from), 0x8D, ModRm(0, to, Scaled), Sib(shift, index, from));

    /// <summary>jnz target</summary>
    public void JumpIfNotZero(int target)
    {
        Write(0x0F, 0x85);
        var offset = target - (Position + sizeof(int));
        for (var i = 0; i < sizeof(int); i++) { Write(offset >> (8 * i)); }
    }

    /// <summary>vzeroupper, ret</summary>
    public void Return() => Write(0xC5, 0xF8, 0x77, 0xC3);

    /// <summary>vpxord z, z, z</summary>
    public void Zero(int z) => Vector(Map0F, Ox66, 0xEF, z, z, z);

    /// <summary>vmovups z, [from + 64 · index]</summary>
    public void LoadVector(int z, int from, int index) => VectorAt(Map0F, None, 0x10, z, 0, from, index);

    /// <summary>vmovups [to + 64 · index], z</summary>
    public void StoreVector(int z, int to, int index) => VectorAt(Map0F, None, 0x11, z, 0, to, index);

    /// <summary>vaddps z, z, [from + 64 · index]</summary>
    public void AddVector(int z, int from, int index) => VectorAt(Map0F, None, 0x58, z, z, from, index);

    /// <summary>vpbroadcastd z, [from]</summary>
    public void Broadcast(int z, int from)
    {
        Evex(Map0F38, Ox66, z, 0, 0, from);
        Write(0x58, ModRm(0, z, from));
    }

    /// <summary>vpbroadcastd z, [from + index · 2^shift]</summary>
    public void Broadcast(int z, int from, int index, int shift)
    {
        Evex(Map0F38, Ox66, z, 0, index, from);
        Write(0x58, ModRm(0, z, Scaled), Sib(shift, index, from));
    }

    /// <summary>vdpbf16ps sum, a, b: adds to each of 16 float32 numbers the products of two pairs of bfloat16 numbers.</summary>
    public void MultiplyPairs(int sum, int a, int b) => Vector(Map0F38, OxF3, 0x52, sum, a, b);

    private void Vector(int map, int prefix, int operation, int z, int second, int third)
    {
        Evex(map, prefix, z, second, third >> 1, third); // the fifth bit of a vector stands where an index has its fourth
        Write(operation, ModRm(3, z, third));
    }

    private void VectorAt(int map, int prefix, int operation, int z, int second, int from, int index)
    {
        Evex(map, prefix, z, second, 0, from);
        Write(operation, ModRm(1, z, from), index); // an offset of a byte counts whole vectors
    }

    // The prefix of AVX-512. Bits of registers are stored inverted.
    private void Evex(int map, int prefix, int z, int second, int index, int from) => Write(
        0x62,
        (Not(z, 3) << 7) | (Not(index, 3) << 6) | (Not(from, 3) << 5) | (Not(z, 4) << 4) | map,
        ((~second & 15) << 3) | 4 | prefix,
        0x40 | (Not(second, 4) << 3));

    private static int Not(int register, int bit) => (~register >> bit) & 1;

    private static int Rex(int reg, int index, int rm) => 0x48 | ((reg >> 3) << 2) | ((index >> 3) << 1) | (rm >> 3);

    private static int ModRm(int mode, int reg, int rm) => (mode << 6) | ((reg & 7) << 3) | (rm & 7);

    private static int Sib(int shift, int index, int from) => (shift << 6) | ((index & 7) << 3) | (from & 7);

    private void Short(int operation, int r)
    {
        if (r >= 8) { Write(0x41); }
        Write(operation + (r & 7));
    }

    private void Write(params ReadOnlySpan<int> bytes)
    {
        foreach (var b in bytes) { _code.Add((byte)b); }
    }
}
