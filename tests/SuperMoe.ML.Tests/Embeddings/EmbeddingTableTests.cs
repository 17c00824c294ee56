using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Embeddings;

public sealed class EmbeddingTableTests : IDisposable
{
    private const int Rows = 7;
    private const int Size = 3;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lookup_gives_rows_for_ids_of_any_shape(bool byRow)
    {
        using var table = Make(byRow);
        var weight = Weight(table);
        var ids = TestDevice.Tensor(3, 3, 0, 6).view(2, 2);

        table.Open([ids]);

        Assert.True(table.Lookup(ids).equal(weight.index_select(0, ids.view(-1)).view(2, 2, Size)).all().item<bool>());
        Assert.Equal([0, Size], table.Lookup(ids.view(-1).narrow(0, 0, 0)).shape);
        table.Close();
        Assert.True(table.All().equal(weight).all().item<bool>());
        Assert.Equal(0f, weight[0].abs().sum().item<float>());
    }

    [Fact]
    public void Steps_that_use_all_rows_equal_dense_Adam()
    {
        using var byRow = Make(byRow: true);
        using var dense = Make(byRow: false);
        using var adam = new FusedAdamW(dense.parameters(), decay: 0);
        var ids = TestDevice.Tensor(0, 1, 2, 3, 4, 5, 6, 2);
        var scale = TestDevice.Tensor([2f]).squeeze(0);
        for (var step = 0; step < 4; step++)
        {
            byRow.Open([ids]);
            Loss(byRow, ids, step).backward();
            Loss(dense, ids, step).backward();
            byRow.Step(0.1, scale);
            adam.Step(0.1, scale);
            dense.zero_grad();
        }
        Assert.True(Weight(byRow).allclose(Weight(dense), 1e-4, 1e-5));
    }

    [Theory]
    [InlineData(TableOptimizer.LazyAdam)]
    [InlineData(TableOptimizer.RowWiseAdagrad)]
    public void Steps_equal_the_plain_update_of_the_rows_that_were_used_and_leave_others_bit_identical(TableOptimizer kind)
    {
        using var table = Make(byRow: true, kind);
        var expected = Values(Weight(table));
        var (m, v) = (new double[Rows, Size], new double[Rows, Size]);
        long[][] steps = [[1, 4, 4], [2, 4], [1], [6, 4]];
        for (var step = 1; step <= steps.Length; step++)
        {
            var ids = TestDevice.Tensor(steps[step - 1]);
            var before = Weight(table).clone();

            table.Open([ids]);
            Loss(table, ids, step).backward();
            var gradient = Values(table.RowGradients.Single());
            table.Step(0.1, TestDevice.Tensor([4f]).squeeze(0));

            long[] rows = [.. steps[step - 1].Distinct().Order()];
            for (var r = 0; r < rows.Length; r++) { Update((int)rows[r], Enumerable.Range(0, Size).Select(d => gradient[r, d] / 4).ToArray(), step); }
            for (var row = 0; row < Rows; row++)
            {
                if (!rows.Contains(row)) { Assert.True(Weight(table)[row].equal(before[row]).all().item<bool>()); }
                for (var d = 0; d < Size; d++) { Assert.Equal(expected[row, d], Weight(table)[row, d].item<float>(), 1e-4); }
            }
        }

        void Update(int row, double[] g, int step)
        {
            for (var d = 0; d < Size; d++)
            {
                if (kind == TableOptimizer.RowWiseAdagrad)
                {
                    if (d == 0) { v[row, 0] += g.Average(x => x * x); }
                    expected[row, d] -= 0.1 * g[d] / (Math.Sqrt(v[row, 0]) + 1e-8);
                    continue;
                }
                m[row, d] = 0.9 * m[row, d] + 0.1 * g[d];
                v[row, d] = 0.999 * v[row, d] + 0.001 * g[d] * g[d];
                expected[row, d] -= 0.1 * (m[row, d] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[row, d] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
    }

    [Theory]
    [InlineData(TableOptimizer.LazyAdam, 64)]
    [InlineData(TableOptimizer.LazyAdam, 37)] // whole vectors and a rest
    [InlineData(TableOptimizer.RowWiseAdagrad, 64)]
    [InlineData(TableOptimizer.RowWiseAdagrad, 37)]
    public void Steps_over_memory_equal_steps_by_operators(TableOptimizer kind, int size)
    {
        const int Count = 50;
        var fast = TestDevice.Normal(1, Count, size);
        var plain = fast.clone();
        using IRowOptimizer overMemory = kind == TableOptimizer.LazyAdam ? new LazyAdam(fast) : new RowWiseAdagrad(fast);
        using IRowOptimizer byOperators = kind == TableOptimizer.LazyAdam ? new LazyAdam(plain) : new RowWiseAdagrad(plain);
        var scale = ones([], device: TestDevice.Current) * 3;
        for (var step = 1; step <= 5; step++)
        {
            var ids = TestDevice.Tensor([.. Enumerable.Range(0, Count).Where(i => i % (step + 1) == 0).Select(i => (long)i)]);
            var gradient = TestDevice.Normal(10 + step, ids.shape[0], size);
            overMemory.Step(ids, fast.index_select(0, ids), gradient, scale, 0.1);
            var wide = cat([gradient, gradient], 1).narrow(1, 0, size); // strided: nothing that memory alone can be read by
            byOperators.Step(ids, plain.index_select(0, ids), wide, scale, 0.1);
        }
        Assert.True(fast.allclose(plain, 1e-5, 1e-6), $"They differ by {(fast - plain).abs().max().item<float>()}.");
        Assert.False(fast.allclose(TestDevice.Normal(1, Count, size), 1e-2, 1e-2));
    }

    [Fact]
    public void Restore_puts_back_what_changed_since_Remember()
    {
        using var table = Make(byRow: true);
        Train(1, 4);
        table.Remember();
        var remembered = Weight(table).clone();
        Train(4, 2);
        Train(2, 2, 6);
        Assert.False(Weight(table).allclose(remembered, 1e-4, 1e-4));

        table.Restore();

        Assert.True(Weight(table).equal(remembered).all().item<bool>());
        table.Forget();
        Train(4);
        Assert.False(Weight(table).allclose(remembered, 1e-4, 1e-4));

        void Train(params long[] ids)
        {
            table.Open([TestDevice.Tensor(ids)]);
            Loss(table, TestDevice.Tensor(ids), 1).backward();
            table.Step(0.1, ones([], device: TestDevice.Current));
        }
    }

    [Fact]
    public void A_journal_keeps_each_row_once_as_it_first_was()
    {
        using var journal = new RowJournal(Rows, TestDevice.Current);
        var table = TestDevice.Normal(3, Rows, Size);
        var before = table.clone();
        foreach (var ids in new[] { TestDevice.Tensor(1, 5), TestDevice.Tensor(5, 6), TestDevice.Tensor(1, 6) })
        {
            journal.Record(ids, table.index_select(0, ids));
            table.index_fill_(0, ids, 9);
        }
        Assert.Equal(3, journal.Rows);
        journal.Restore(table);
        Assert.True(table.equal(before).all().item<bool>());
    }

    [Fact]
    public void A_step_on_a_million_rows_has_gradients_of_the_rows_used_alone()
    {
        using var generator = new Generator(1);
        using var table = new EmbeddingTable(1_000_000, Size, updatesRows: true, default, 1, generator);
        table.to(TestDevice.Current);
        var ids = TestDevice.Tensor(999_999, 5, 70_000, 5, 0, 70_000);

        table.Open([ids]);
        (table.Lookup(ids) * TestDevice.Tensor([1, 2, 3, 4, 5, 6f]).unsqueeze(1)).sum().backward();

        var gradient = Assert.Single(table.RowGradients);
        Assert.Equal([4, Size], gradient.shape);
        Assert.Equal([5f, 6, 9, 1], TestDevice.Read(gradient.select(1, 0))); // of rows 0, 5, 70,000 and 999,999
        var weight = table.state_dict()["weight"];
        Assert.Equal([1_000_000, Size], weight.shape);
        Assert.False(weight.requires_grad);
        Assert.Null(weight.grad);
        Assert.Empty(table.parameters());
    }

    [Fact]
    public void Step_after_Close_changes_nothing()
    {
        using var table = Make(byRow: true);
        var before = Weight(table).clone();
        var ids = TestDevice.Tensor(1, 2);
        table.Open([ids]);
        Loss(table, ids, 1).backward();
        table.Close();
        table.Step(0.1, ones([], device: TestDevice.Current));
        Assert.True(Weight(table).equal(before).all().item<bool>());
        Assert.Empty(table.RowGradients);
    }

    [Fact]
    public void Open_with_no_ids_is_a_step_without_update()
    {
        using var table = Make(byRow: true);
        var before = Weight(table).clone();
        var none = zeros([0], ScalarType.Int64, TestDevice.Current);
        table.Open([none]);
        (table.Lookup(none).sum() * 1).backward();
        table.Step(0.1, ones([], device: TestDevice.Current));
        Assert.True(Weight(table).equal(before).all().item<bool>());
    }

    [Fact]
    public void All_within_a_step_by_row_is_refused()
    {
        using var table = Make(byRow: true);
        table.Open([TestDevice.Tensor(1)]);
        Assert.Throws<InvalidOperationException>(table.All);
    }

    private static EmbeddingTable Make(bool byRow, TableOptimizer kind = default)
    {
        using var generator = new Generator(1);
        var table = new EmbeddingTable(Rows, Size, byRow, kind, 1, generator);
        table.to(TestDevice.Current);
        return table;
    }

    private static Tensor Weight(EmbeddingTable table) => table.state_dict()["weight"].detach();

    private static Tensor Loss(EmbeddingTable table, Tensor ids, int step) =>
        (table.Lookup(ids) * TestDevice.Normal(50 + step, ids.shape[0], Size)).sum();

    private static double[,] Values(Tensor rows)
    {
        var flat = TestDevice.Read(rows);
        var values = new double[rows.shape[0], Size];
        for (var i = 0; i < flat.Length; i++) { values[i / Size, i % Size] = flat[i]; }
        return values;
    }
}
