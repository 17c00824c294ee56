using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class SparseRowsTests
{
    [Fact]
    public void The_first_columns_are_multiplied_and_the_others_and_the_rows_themselves_stay()
    {
        var rows = new SparseRows();
        rows.Add([0, 2], [1, 5]);
        rows.Add([], []);
        rows.Add([1], [3]);

        var product = rows.Times([10, 0.5f]);

        Assert.Equal(3, product.Count);
        Assert.Equal([10, 5], product.Values(0).ToArray());
        Assert.Equal([0, 2], product.Columns(0).ToArray());
        Assert.Empty(product.Values(1).ToArray());
        Assert.Equal([1.5f], product.Values(2).ToArray());
        Assert.Equal([1, 5], rows.Values(0).ToArray());
    }
}
