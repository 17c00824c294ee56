using SuperMoe.ML.Kernels;
using SuperMoe.ML.Kernels.Tiles;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class TargetRanksTests
{
    [SkippableTheory]
    [InlineData(1, 40, 16, false)]
    [InlineData(64, 96, 16, false)]
    [InlineData(64, 97, 32, true)] // the last tile is one item
    [InlineData(200, 1000, 48, false)] // blocks of users, of which the last is not full
    [InlineData(200, 1000, 48, true)]
    [InlineData(33, 5000, 64, true)]
    public void Tiles_rank_as_libtorchs_products_do(int users, int items, int size, bool lossOverHistory)
    {
        Skip.IfNot(TiledRanks.Suits(size), "This processor has no vectors of 512 bits.");
        using var scope = NewDisposeScope();
        var (states, vectors, history, targets) = Case(users, items, size);
        var (ranks, loss) = TargetRanks.Of(states, vectors, history, targets, lossOverHistory);
        var (expected, expectedLoss) = TargetRanks.Multiplied(states, vectors, history, targets, lossOverHistory);

        Assert.Equal(expectedLoss, loss, 1e-4 * expectedLoss);
        // A last bit of a logit decides between neighbours.
        Assert.All(ranks.Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.True(ranks.Zip(expected).Count(pair => pair.First != pair.Second) <= users / 50);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Items_of_equal_vectors_count_against_the_target_and_those_of_the_history_do_not(int size)
    {
        using var scope = NewDisposeScope();
        var (states, vectors, _, _) = Case(70, 60, size);
        foreach (var copy in (int[])[1, 33, 34, 60]) { vectors[copy] = vectors[20]; } // five alike
        var targets = Enumerable.Repeat(33, 70).ToArray();
        var (without, _) = TargetRanks.Of(states, vectors, [.. Enumerable.Repeat(new ArraySegment<int>([]), 70)], targets, false);
        var (with, _) = TargetRanks.Of(states, vectors, [.. Enumerable.Repeat(new ArraySegment<int>([1, 60, 33, 1]), 70)], targets, false); // the target itself, and a repeat
        Assert.All(without, rank => Assert.InRange(rank, 4, 60));
        Assert.All(with.Zip(without), pair => Assert.Equal(2, pair.Second - pair.First));
    }

    [Fact]
    public void States_that_are_no_numbers_rank_last()
    {
        using var scope = NewDisposeScope();
        var (states, vectors, history, targets) = Case(3, 40, 16);
        states[1] = float.NaN;
        var (ranks, loss) = TargetRanks.Of(states, vectors, history, targets, false);
        Assert.Equal(40, ranks[1]);
        Assert.InRange(ranks[0], 0, 39);
        Assert.True(double.IsNaN(loss));
    }

    [SkippableFact]
    public void Items_that_there_are_not_are_refused()
    {
        Skip.IfNot(TiledRanks.Suits(16), "This processor has no vectors of 512 bits.");
        using var scope = NewDisposeScope();
        var (states, vectors, history, _) = Case(3, 40, 16);
        Assert.Contains("41", Assert.Throws<ArgumentOutOfRangeException>(() => TargetRanks.Of(states, vectors, history, [1, 41, 2], false)).Message, StringComparison.Ordinal);
        history[2] = new([5, -1]);
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => TargetRanks.Of(states, vectors, history, [1, 2, 3], false)).Message, StringComparison.Ordinal);
    }

    private static (Tensor States, Tensor Items, ArraySegment<int>[] History, int[] Targets) Case(int users, int items, int size)
    {
        using var generator = new Generator(5);
        var random = new Random(7);
        ArraySegment<int>[] history = [.. Enumerable.Range(0, users).Select(_ => new ArraySegment<int>([.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(1, items + 1))]))];
        int[] targets = [.. Enumerable.Range(0, users).Select(u => u % 5 == 0 && history[u].Count > 0 ? history[u][0] : random.Next(1, items + 1))];
        return (randn([users, size], generator: generator), randn([items + 1, size], generator: generator), history, targets);
    }
}
