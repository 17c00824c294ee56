using SuperMoe.ML.Embeddings;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Embeddings;

public sealed class HashedEmbeddingTableTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(24)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(10_127)]
    public void Two_ids_share_both_rows_about_as_often_as_by_chance(int rows)
    {
        const int Ids = 20_000;
        using var table = Make(Ids, rows, byRow: false);
        var pairs = table.Rows(arange(1, Ids, device: TestDevice.Current)).cpu();
        var flat = pairs.contiguous().data<long>().ToArray();

        Assert.True(Array.TrueForAll(flat, r => r >= 1 && r < rows));
        long Both(int i) => (flat[2 * i] * rows) + flat[(2 * i) + 1];
        var shared = Enumerable.Range(0, Ids - 1).GroupBy(Both).Sum(g => (double)g.Count() * (g.Count() - 1) / 2);
        var chance = (double)Ids * Ids / 2 / Math.Pow(rows - 1, 2);
        Assert.True(shared <= (1.5 * chance) + 5, $"{shared} pairs of ids share both rows; by chance {chance:0.0} would.");
    }

    [Theory]
    [InlineData(24)]
    [InlineData(1000)]
    [InlineData(4097)]
    public void Ids_are_spread_evenly_over_the_rows(int rows)
    {
        const int Ids = 50_000;
        using var table = Make(Ids, rows, byRow: false);
        var hashed = table.Rows(arange(1, Ids, device: TestDevice.Current)).cpu();
        for (var hash = 0; hash < 2; hash++)
        {
            var counts = hashed.select(1, hash).bincount(null, rows).data<long>().ToArray();
            var mean = (double)Ids / (rows - 1);
            var chi = counts.Skip(1).Sum(c => (c - mean) * (c - mean) / mean) / (rows - 2); // about 1 for a random function
            Assert.True(chi < 1.6, $"Hash {hash} spreads {chi:0.00} times as unevenly as chance.");
        }
    }

    [Fact]
    public void The_missing_id_has_a_row_of_its_own_and_is_zero()
    {
        using var table = Make(50, 10, byRow: false);
        Assert.Equal(0f, table.Lookup(TestDevice.Tensor(0)).abs().sum().item<float>());
        Assert.Equal([0L, 0L], table.Rows(TestDevice.Tensor(0)).cpu().data<long>().ToArray());
    }

    [Fact]
    public void Lookup_is_the_sum_of_two_rows_and_All_is_Lookup_of_every_id()
    {
        using var table = Make(50, 10, byRow: false);
        var weight = table.state_dict()["table.weight"];
        var ids = TestDevice.Tensor(7, 49, 7);
        var rows = table.Rows(ids);

        var found = table.Lookup(ids);

        Assert.True(found.allclose(weight.index_select(0, rows.select(1, 0)) + weight.index_select(0, rows.select(1, 1)), 1e-6, 1e-7));
        Assert.Equal([50, 4], table.All().shape);
        Assert.True(table.All()[49].allclose(found[1], 1e-6, 1e-7));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(140_000)] // several chunks
    public void All_without_gradients_is_the_same(int ids)
    {
        using var table = Make(ids, 10, byRow: false);
        var expected = table.All();
        Assert.True(expected.requires_grad);
        using var noGrad = no_grad();
        Assert.True(table.All().equal(expected).all().item<bool>());
    }

    [Fact]
    public void All_within_a_step_by_row_is_refused()
    {
        using var table = Make(50, 10, byRow: true);
        table.Open([TestDevice.Tensor(1)]);
        Assert.Throws<InvalidOperationException>(table.All);
        table.Close();
        Assert.Equal([50, 4], table.All().shape);
    }

    [Fact]
    public void A_step_by_row_updates_the_two_rows_of_each_id_only()
    {
        using var table = Make(50, 10, byRow: true);
        var before = table.state_dict()["table.weight"].clone();
        var ids = TestDevice.Tensor(7, 8);
        table.Open([ids]);
        table.Lookup(ids).square().sum().backward();
        table.Step(0.1, ones([], device: TestDevice.Current));

        var used = table.Rows(ids).cpu().data<long>().ToArray();
        for (var row = 0; row < 10; row++)
        {
            Assert.Equal(!used.Contains(row), table.state_dict()["table.weight"][row].equal(before[row]).all().item<bool>());
        }
    }

    private static HashedEmbeddingTable Make(long ids, int rows, bool byRow)
    {
        using var generator = new Generator(1);
        var table = new HashedEmbeddingTable(ids, new EmbeddingTable(rows, 4, byRow, default, 1, generator), rows);
        table.to(TestDevice.Current);
        return table;
    }
}
