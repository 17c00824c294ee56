using Iced.Intel;
using SuperMoe.ML.Kernels.Tiles;

namespace SuperMoe.ML.Tests.Kernels.Tiles;

public sealed class TileProgramTests
{
    [Fact]
    public void The_code_of_one_vector_that_adds_is_what_a_disassembler_reads_in_it() => Assert.Equal(
        [
            "push rbx", "push rsi", "push rdi", "push rbp", "push r15",
            "mov rsi,[rcx]", "mov rdi,[rcx+10h]", "mov r11,[rcx+18h]", "mov r8,[rcx+20h]", "mov r9,[rcx+28h]", "mov r10,[rcx+30h]", "mov r15,[rcx+40h]",
            "lea rbp,[r11+r11*2]",
            "vpxord zmm16,zmm16,zmm16", "vpxord zmm17,zmm17,zmm17", "vpxord zmm18,zmm18,zmm18", "vpxord zmm19,zmm19,zmm19",
            "mov rax,rsi", "mov rdx,[rcx+8]", "mov rbx,[rcx+38h]",
            "vmovups zmm0,[rdx]",
            "vpbroadcastd zmm4,[rax]", "vdpbf16ps zmm16,zmm4,zmm0",
            "vpbroadcastd zmm4,[rax+r11]", "vdpbf16ps zmm17,zmm4,zmm0",
            "vpbroadcastd zmm4,[rax+r11*2]", "vdpbf16ps zmm18,zmm4,zmm0",
            "vpbroadcastd zmm4,[rax+rbp]", "vdpbf16ps zmm19,zmm4,zmm0",
            "add rax,r8", "add rdx,r9", "dec rbx", "jne vmovups zmm0,[rdx]",
            "vaddps zmm16,zmm16,[rdi]", "vmovups [rdi],zmm16", "add rdi,r10",
            "vaddps zmm17,zmm17,[rdi]", "vmovups [rdi],zmm17", "add rdi,r10",
            "vaddps zmm18,zmm18,[rdi]", "vmovups [rdi],zmm18", "add rdi,r10",
            "vaddps zmm19,zmm19,[rdi]", "vmovups [rdi],zmm19", "add rdi,r10",
            "lea rsi,[rsi+r11*4]", "dec r15", "jne vpxord zmm16,zmm16,zmm16",
            "pop r15", "pop rbp", "pop rdi", "pop rsi", "pop rbx", "vzeroupper", "ret",
        ],
        Read(vectors: 1, add: true));

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void The_code_multiplies_each_row_with_each_vector_and_stores_all_sums(int vectors, bool add)
    {
        var lines = Read(vectors, add);
        for (var row = 0; row < 4; row++)
        {
            for (var v = 0; v < vectors; v++)
            {
                var sum = $"zmm{16 + (row * vectors) + v}";
                var place = v == 0 ? "[rdi]" : $"[rdi+{64 * v:X}h]";
                Assert.Single(lines, $"vpxord {sum},{sum},{sum}");
                Assert.Single(lines, $"vdpbf16ps {sum},zmm4,zmm{v}");
                Assert.Single(lines, $"vmovups {place},{sum}");
                Assert.Equal(add ? 1 : 0, lines.Count(l => l == $"vaddps {sum},{sum},{place}"));
            }
        }
        Assert.Equal(vectors, lines.Count(l => l.StartsWith("vmovups zmm", StringComparison.Ordinal)));
    }

    // Jumps as the instruction that they lead to.
    private static List<string> Read(int vectors, bool add)
    {
        var code = TileProgram.Write(vectors, add).Code.ToArray();
        var decoder = Decoder.Create(64, code, ip: 0);
        var formatter = new IntelFormatter { Options = { AddLeadingZeroToHexNumbers = false } };
        var lines = new Dictionary<ulong, string>();
        var jumps = new List<(ulong At, ulong To)>();
        while (decoder.IP < (ulong)code.Length)
        {
            var instruction = decoder.Decode();
            Assert.False(instruction.IsInvalid, $"at {instruction.IP}");
            var output = new StringOutput();
            formatter.Format(instruction, output);
            lines[instruction.IP] = output.ToStringAndReset();
            if (instruction.Mnemonic == Mnemonic.Jne) { jumps.Add((instruction.IP, instruction.NearBranchTarget)); }
        }
        foreach (var (at, to) in jumps) { lines[at] = "jne " + lines[to]; }
        return [.. lines.OrderBy(l => l.Key).Select(l => l.Value)];
    }
}
