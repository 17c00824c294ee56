using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Tests.Evaluation.Seesaw;

public sealed class StudentTTests
{
    // Two-sided critical values of printed tables.
    [Theory]
    [InlineData(0.95, 1, 12.7062)]
    [InlineData(0.95, 2, 4.30265)]
    [InlineData(0.95, 3, 3.18245)]
    [InlineData(0.95, 4, 2.77645)]
    [InlineData(0.95, 5, 2.57058)]
    [InlineData(0.95, 9, 2.26216)]
    [InlineData(0.95, 10, 2.22814)]
    [InlineData(0.95, 30, 2.04227)]
    [InlineData(0.95, 120, 1.97993)]
    [InlineData(0.99, 1, 63.6567)]
    [InlineData(0.99, 4, 4.60409)]
    [InlineData(0.90, 7, 1.89458)]
    [InlineData(0.50, 1, 1.0)]
    public void CriticalValue_is_that_of_the_tables(double confidence, int degrees, double expected)
    {
        Assert.Equal(expected, StudentT.CriticalValue(confidence, degrees), expected * 1e-5);
    }

    [Fact]
    public void CriticalValue_of_many_degrees_is_that_of_the_normal_distribution()
    {
        Assert.Equal(1.959964, StudentT.CriticalValue(0.95, 1_000_000), 1e-5);
    }

    [Theory]
    [InlineData(0.0, 3)]
    [InlineData(1.0, 3)]
    [InlineData(0.95, 0)]
    public void CriticalValue_out_of_range_is_an_error(double confidence, int degrees)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.CriticalValue(confidence, degrees));
    }
}
