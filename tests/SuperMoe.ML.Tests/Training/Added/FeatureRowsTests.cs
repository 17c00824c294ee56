using SuperMoe.ML.Training.Added;

namespace SuperMoe.ML.Tests.Training.Added;

public sealed class FeatureRowsTests
{
    [Fact]
    public void Products_are_those_of_the_dense_matrix()
    {
        float[,] dense = { { 1, 0, 2 }, { 0, 0, 0 }, { 0, -3, 0.5f } };
        var rows = new FeatureRows(3);
        for (var r = 0; r < 3; r++)
        {
            for (var c = 0; c < 3; c++)
            {
                if (dense[r, c] != 0) { rows.Add(c, dense[r, c]); }
            }
            rows.EndRow();
        }
        double[] weights = [1, 10, 2, 20, 3, 30], numbers = [2, -1];
        Assert.Equal(3, rows.Count);
        for (var r = 0; r < 3; r++)
        {
            double[] sums = [100, 200], products = [1, 1, 1, 1, 1, 1];
            rows.Multiply(r, weights, sums);
            rows.MultiplyTransposed(r, numbers, products);
            for (var o = 0; o < 2; o++)
            {
                Assert.Equal(Enumerable.Range(0, 3).Sum(c => dense[r, c] * weights[(c * 2) + o]) + (100 * (o + 1)), sums[o], 9);
                for (var c = 0; c < 3; c++) { Assert.Equal(1 + (dense[r, c] * numbers[o]), products[(c * 2) + o], 9); }
            }
        }
    }
}
