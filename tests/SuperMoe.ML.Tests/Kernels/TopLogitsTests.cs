using SuperMoe.ML.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class TopLogitsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(8, 1, 3, 2)]
    [InlineData(16, 6, 8, 3)]
    [InlineData(17, 7, 5, 10)] // fewer items than are asked for
    [InlineData(40, 2500, 64, 10)] // several tiles of items
    [InlineData(33, 300, 1, 20)]
    [InlineData(64, 1020, 64, 5)] // whole tiles of two groups of users
    [InlineData(50, 1009, 16, 3)] // items left over, and a last group of two users
    [InlineData(1, 100, 130, 4)]
    public void Add_keeps_what_sorting_all_logits_keeps(int users, int items, int size, int k)
    {
        // Whole numbers: many ties, and sums without rounding, so that the reference is exact.
        var states = randn(users, size, generator: new Generator(1)).mul(2).round();
        var table = randn(items + 1, size, generator: new Generator(2)).mul(2).round();
        var random = new Random(3);
        ArraySegment<int>[] history = [.. Enumerable.Range(0, users).Select(u => new ArraySegment<int>([.. Enumerable.Range(0, u % 7).Select(_ => random.Next(items + 1))]))];
        int[] places = [.. Enumerable.Range(0, users).Reverse()];

        var (chosen, scores) = Add(states, table, history, places, k);

        for (var u = 0; u < users; u++)
        {
            var logits = matmul(table, states[u]).data<float>().ToArray();
            var expected = Enumerable.Range(1, items).Where(i => !history[u].Contains(i)).OrderByDescending(i => logits[i]).Take(k).ToArray();
            var at = places[u] * k;
            Assert.Equal(expected, chosen[at..(at + expected.Length)]);
            Assert.Equal(expected.Select(i => logits[i]), scores[at..(at + expected.Length)]);
            Assert.All(chosen[(at + expected.Length)..(at + k)], i => Assert.Equal(0, i));
        }
    }

    [Fact]
    public void Add_gives_the_logits_of_a_plain_product()
    {
        var states = randn(20, 48, generator: new Generator(4));
        var table = randn(101, 48, generator: new Generator(5));
        var (chosen, scores) = Add(states, table, [.. Enumerable.Repeat(ArraySegment<int>.Empty, 20)], [.. Enumerable.Range(0, 20)], 100);

        var logits = matmul(states, table.t());
        for (var u = 0; u < 20; u++)
        {
            Assert.Equal(Enumerable.Range(1, 100), chosen[(u * 100)..((u + 1) * 100)].Order());
            for (var i = 0; i < 100; i++) { Assert.Equal(logits[u, chosen[(u * 100) + i]].item<float>(), scores[(u * 100) + i], 1e-5); }
        }
    }

    [Fact]
    public void Scores_are_the_same_bits_for_one_group_of_users_and_for_two()
    {
        var states = randn(32, 40, generator: new Generator(6));
        var table = randn(200, 40, generator: new Generator(7));
        ArraySegment<int>[] none = [.. Enumerable.Repeat(ArraySegment<int>.Empty, 32)];
        var (chosen, scores) = Add(states, table, none, [.. Enumerable.Range(0, 32)], 10);
        for (var first = 0; first < 32; first += 16)
        {
            var (some, their) = Add(states.narrow(0, first, 16), table, none[..16], [.. Enumerable.Range(0, 16)], 10);
            Assert.Equal(chosen[(first * 10)..((first + 16) * 10)], some);
            Assert.Equal(scores[(first * 10)..((first + 16) * 10)], their);
        }
    }

    [Fact]
    public void Numbers_that_are_none_and_minus_infinity_are_never_kept()
    {
        var states = ones(9, 1);
        var table = tensor(new[] { 9f, float.NaN, 1f, float.NegativeInfinity, float.PositiveInfinity, 2f }, [6, 1]);
        var (chosen, _) = Add(states, table, [.. Enumerable.Repeat(ArraySegment<int>.Empty, 9)], [.. Enumerable.Range(0, 9)], 4);
        for (var u = 0; u < 9; u++) { Assert.Equal([4, 5, 2, 0], chosen[(u * 4)..((u + 1) * 4)]); }
    }

    private static (int[] Chosen, float[] Scores) Add(Tensor states, Tensor items, ArraySegment<int>[] history, int[] places, int k)
    {
        var (chosen, scores) = (new int[places.Length * k], new float[places.Length * k]);
        TopItems.Begin(chosen, scores);
        TopLogits.Add(states, items, history, places, k, chosen, scores);
        return (chosen, scores);
    }
}
