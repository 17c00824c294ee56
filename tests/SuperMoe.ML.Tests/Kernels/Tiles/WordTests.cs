using System.Runtime.Intrinsics;
using SuperMoe.ML.Kernels.Tiles;

namespace SuperMoe.ML.Tests.Kernels.Tiles;

public sealed unsafe class WordTests
{
    private const string NeedsVectors = "This processor has no vectors of 512 bits.";
    private const string NeedsPairs = "This processor has no products of bfloat16 pairs.";

    public static TheoryData<int, int, int, bool, bool> Products() => new()
    {
        // rows, steps, columns, turned, add
        { 4, 1, 16, false, false },
        { 8, 7, 32, false, true },
        { 12, 32, 48, true, false },
        { 64, 33, 64, false, false },
        { 64, 32, 64, true, true },
        { 20, 5, 192, false, true },
        { 4, 3, 112, true, true },
    };

    [SkippableTheory]
    [MemberData(nameof(Products))]
    public void Products_of_numbers_are_those_of_a_loop(int rows, int steps, int columns, bool turned, bool add)
    {
        Skip.IfNot(Float32Word.Suits, NeedsVectors);
        Multiply<Float32Word>(rows, steps, columns, turned, add, 1e-4);
    }

    [SkippableTheory]
    [MemberData(nameof(Products))]
    public void Products_of_pairs_are_those_of_a_loop(int rows, int steps, int columns, bool turned, bool add)
    {
        Skip.IfNot(BFloat16Pair.Suits, NeedsPairs);
        Multiply<BFloat16Pair>(rows, steps, columns, turned, add, 1e-4);
    }

    [SkippableFact]
    public void Pairs_are_numbers_rounded_to_the_nearest()
    {
        Skip.IfNot(Float32Word.Suits, NeedsVectors);
        float[] first = Numbers(1, 64), second = Numbers(2, 64);
        var across = new BFloat16Pair[64];
        var along = new BFloat16Pair[32];
        fixed (float* a = first, b = second)
        fixed (BFloat16Pair* x = across, y = along)
        {
            BFloat16Pair.Across(a, b, 64, x);
            BFloat16Pair.Along(a, 64, y);
        }
        for (var i = 0; i < 64; i++) { Assert.Equal(Pair(first[i], second[i]), across[i]); }
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal(Pair(first[2 * i], first[(2 * i) + 1]), along[i]);
            Assert.Equal((Near(first[2 * i]), Near(first[(2 * i) + 1])), Read(along[i]));
        }
    }

    [SkippableFact]
    public void What_is_no_number_stays_so_in_pairs()
    {
        Skip.IfNot(Float32Word.Suits, NeedsVectors);
        float[] nothing = [.. new[] { 0x7FFFFFFFu, 0xFFFFFFFFu, 0x7F800001u, 0x7FC00000u }.Select(BitConverter.UInt32BitsToSingle), .. new float[12]];
        var (across, along) = (new BFloat16Pair[16], new BFloat16Pair[8]);
        fixed (float* a = nothing)
        fixed (BFloat16Pair* x = across, y = along)
        {
            BFloat16Pair.Across(a, a, 16, x);
            BFloat16Pair.Along(a, 16, y);
        }
        for (var i = 0; i < 4; i++)
        {
            Assert.True(float.IsNaN(Read(across[i]).Item1) && float.IsNaN(Read(across[i]).Item2));
            Assert.True(float.IsNaN(i % 2 == 0 ? Read(along[i / 2]).Item1 : Read(along[i / 2]).Item2));
        }
        Assert.Equal((0f, 0f), Read(across[4]));
    }

    [SkippableFact]
    public void Both_ways_hold_the_same_numbers()
    {
        Skip.IfNot(Float32Word.Suits, NeedsVectors);
        const int Width = 64;
        float[] first = Numbers(3, 32), second = Numbers(4, 32);
        var numbers = new Float32Word[2 * Width];
        var (across, along) = (new BFloat16Pair[Width], new BFloat16Pair[Width]);
        Vector512<float> a0 = Vector512.Create(first), a1 = Vector512.Create(first, 16), b0 = Vector512.Create(second), b1 = Vector512.Create(second, 16);
        fixed (Float32Word* n = numbers) { Float32Word.Both(a0, a1, b0, b1, n, Width, null, 0); }
        fixed (BFloat16Pair* x = across, y = along) { BFloat16Pair.Both(a0, a1, b0, b1, x, Width, y, Width / 2); }
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal((first[i], second[i]), (Read(numbers[i]), Read(numbers[Width + i])));
            Assert.Equal(Pair(first[i], second[i]), across[i]);
        }
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(Pair(first[2 * i], first[(2 * i) + 1]), along[i]);
            Assert.Equal(Pair(second[2 * i], second[(2 * i) + 1]), along[(Width / 2) + i]);
        }
    }

    [SkippableTheory]
    [InlineData(16, 16)]
    [InlineData(48, 32)]
    public void Turning_swaps_rows_and_columns(int rows, int columns)
    {
        Skip.IfNot(Float32Word.Suits, NeedsVectors);
        var from = Numbers(5, rows * (columns + 3));
        var to = new float[columns * (rows + 5)];
        fixed (float* x = from, y = to) { Turning.Turn(x, rows, columns, columns + 3, y, rows + 5); }
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++) { Assert.Equal(from[(i * (columns + 3)) + j], to[(j * (rows + 5)) + i]); }
        }
    }

    [SkippableFact]
    public void Exponentials_of_no_number_are_none()
    {
        Skip.IfNot(Float32Word.Suits, NeedsVectors);
        var x = Vector512.Create(float.NaN);
        Assert.True(float.IsNaN(Float32Word.Exp(x)[3]));
        Assert.True(float.IsNaN(BFloat16Pair.Exp(x)[3]));
        Assert.Equal(MathF.Exp(-2), BFloat16Pair.Exp(Vector512.Create(-2f))[3], 1e-5f);
    }

    // Words of the first matrix stand row after row, or turned; rows of all matrices further apart than they are long.
    private static void Multiply<TWord>(int rows, int steps, int columns, bool turned, bool add, double tolerance)
        where TWord : unmanaged, IWord<TWord>
    {
        var (across, along) = turned ? (1, rows + 2) : (steps + 3, 1);
        var (width, stride) = (columns + 16, columns + 1);
        var numbers = TWord.Numbers;
        float[] x = Numbers(6, rows * steps * numbers), y = Numbers(7, steps * numbers * columns);
        float[] before = Numbers(8, rows * stride), to = [.. before];
        var a = new TWord[turned ? steps * along : rows * across];
        var b = new TWord[steps * width];
        for (var s = 0; s < steps; s++)
        {
            for (var i = 0; i < rows; i++) { a[(i * across) + (s * along)] = Word<TWord>(x, ((i * steps) + s) * numbers, 1); }
            for (var j = 0; j < columns; j++) { b[(s * width) + j] = Word<TWord>(y, (s * numbers * columns) + j, columns); }
        }
        fixed (TWord* p = a, q = b)
        fixed (float* sums = to)
        {
            TWord.Multiply(p, across, along, steps, q, width, sums, stride, rows, columns, add);
        }
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = add ? (double)before[(i * stride) + j] : 0;
                for (var s = 0; s < steps * numbers; s++) { sum += (double)Near<TWord>(x[(i * steps * numbers) + s]) * Near<TWord>(y[(s * columns) + j]); }
                Assert.Equal(sum, to[(i * stride) + j], tolerance);
            }
            Assert.Equal(before[(i * stride) + columns], to[(i * stride) + columns]); // nothing is written behind
        }
    }

    private static TWord Word<TWord>(float[] of, int at, int next)
        where TWord : unmanaged, IWord<TWord>
    {
        var bits = TWord.Numbers == 1 ? BitConverter.SingleToUInt32Bits(of[at]) : Bits(Pair(of[at], of[at + next]));
        return *(TWord*)&bits;
    }

    private static BFloat16Pair Pair(float first, float second)
    {
        var bits = (BitConverter.SingleToUInt32Bits(Near(first)) >> 16) | BitConverter.SingleToUInt32Bits(Near(second));
        return *(BFloat16Pair*)&bits;
    }

    private static float Near<TWord>(float x)
        where TWord : unmanaged, IWord<TWord> => TWord.Numbers == 1 ? x : Near(x);

    private static float Near(float x) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(x) + 0x8000) & 0xFFFF0000);

    private static uint Bits<TWord>(TWord word)
        where TWord : unmanaged => *(uint*)&word;

    private static float Read(Float32Word word) => BitConverter.UInt32BitsToSingle(Bits(word));

    private static (float, float) Read(BFloat16Pair pair) => (BitConverter.UInt32BitsToSingle(Bits(pair) << 16), BitConverter.UInt32BitsToSingle(Bits(pair) & 0xFFFF0000));

    private static float[] Numbers(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
