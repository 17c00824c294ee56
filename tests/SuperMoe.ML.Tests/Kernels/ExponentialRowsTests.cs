using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class ExponentialRowsTests
{
    [Theory]
    [InlineData(1, 1, ScalarType.Float32)]
    [InlineData(1, 1, ScalarType.BFloat16)]
    [InlineData(7, 31, ScalarType.Float32)] // less than a whole vector at the end
    [InlineData(7, 31, ScalarType.BFloat16)]
    [InlineData(3, 64, ScalarType.Float32)]
    [InlineData(3, 64, ScalarType.BFloat16)]
    [InlineData(5, 1000, ScalarType.Float32)]
    [InlineData(5, 1000, ScalarType.BFloat16)]
    public void Apply_equals_ATen(int rows, int columns, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var logits = (randn([rows, columns], generator: generator) * 20).to(type);
        var targets = randint(columns, [rows], ScalarType.Int64, generator: generator);
        var (exponentials, sums, losses) = ExponentialRows.Reference(logits, targets);

        var (fastSums, fastLosses) = ExponentialRows.Apply(logits, targets);

        Assert.True(fastSums.allclose(sums, 1e-5, 0));
        Assert.True(fastLosses.allclose(losses, 1e-5, 1e-5));
        Assert.True(logits.to(ScalarType.Float32).allclose(exponentials, type == ScalarType.Float32 ? 1e-5 : 4e-3, 1e-37));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Apply_makes_no_denormal_numbers(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var logits = linspace(-1000, 0, 4096).to(type).unsqueeze(0);
        ExponentialRows.Apply(logits, zeros(1, ScalarType.Int64));
        var exponentials = logits.to(ScalarType.Float32);

        Assert.True(exponentials.min().item<float>() >= 1.17549435e-38f);
        Assert.Equal(1f, exponentials.max().item<float>());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_target_that_is_no_column_shows_in_sum_and_loss(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (sums, losses) = ExponentialRows.Apply(zeros(4, 100).to(type), tensor([-1L, 100, long.MinValue, 99]));

        Assert.Equal([float.NaN, float.NaN, float.NaN, 100], TestDevice.Read(sums));
        Assert.Equal([true, true, true, false], TestDevice.Read(losses).Select(float.IsNaN));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_logit_that_is_not_a_number_shows_in_the_loss(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var logits = zeros(1, 100);
        logits[0, 40] = float.NaN;
        var (_, losses) = ExponentialRows.Apply(logits.to(type), zeros(1, ScalarType.Int64));

        Assert.True(float.IsNaN(losses.item<float>()));
    }
}
