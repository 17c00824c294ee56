using System.Text.Json;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class ConflictBenchmarkTests
{
    [Fact]
    public void Results_have_every_strategy_beside_each_task_alone_and_the_ideal()
    {
        var results = CommandLine.Results(
            ["conflict", "--levels", "0", "1", "--seeds", "2", "--users", "40", "--tasks", "Anchor", "Noisy", "--strategies", "Uncertainty", .. CommandLine.Quick]);
        Assert.Equal("conflict", results.GetProperty("benchmark").GetString());
        var levels = results.GetProperty("levels").EnumerateArray().ToList();
        Assert.Equal([0, 1], levels.Select(l => l.GetProperty("conflict").GetDouble()));
        foreach (var level in levels)
        {
            Assert.Contains(level.GetProperty("harmed").GetString(), (string[])["Anchor", "Noisy"]);
            var methods = level.GetProperty("methods");
            var harmed = level.GetProperty("harmed").GetString()!;
            Assert.Equal(Percent("Fixed") <= -5, level.GetProperty("plainHarms").GetBoolean());
            Assert.Equal(Percent("Uncertainty") >= -1, level.GetProperty("defaultWithin").GetBoolean()); // it is the default

            double Percent(string method) => methods.GetProperty(method).GetProperty(harmed).GetProperty("changePercent").GetDouble();

            Assert.Equal(["Ideal", "Alone", "Fixed", "Uncertainty"], methods.EnumerateObject().Select(m => m.Name));
            var ideal = methods.GetProperty("Ideal").GetProperty("Anchor");
            Assert.Equal(2, ideal.GetProperty("values").GetArrayLength());
            Assert.All(methods.EnumerateObject(), m => Assert.InRange(m.Value.GetProperty("Anchor").GetProperty("mean").GetDouble(), 0, ideal.GetProperty("mean").GetDouble()));
            Assert.Equal(0, methods.GetProperty("Alone").GetProperty("Anchor").GetProperty("changePercent").GetDouble());
            var (alone, together) = (Values(methods, "Alone"), Values(methods, "Uncertainty"));
            double[] changes = [.. together.Zip(alone, (t, a) => 100 * (t - a) / a)];
            var half = 12.706 * Math.Abs(changes[0] - changes[1]) / 2; // Student's t of one degree of freedom, times the deviation over the root of 2
            var change = methods.GetProperty("Uncertainty").GetProperty("Anchor");
            Assert.Equal(changes.Average(), change.GetProperty("changePercent").GetDouble(), 1e-3);
            Assert.Equal(changes.Average() - half, change.GetProperty("changeFrom").GetDouble(), 0.01 * (1 + half));
            Assert.Equal(changes.Average() + half, change.GetProperty("changeTo").GetDouble(), 0.01 * (1 + half));
        }
    }

    private static double[] Values(JsonElement methods, string method) =>
        [.. methods.GetProperty(method).GetProperty("Anchor").GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];

    [Theory]
    [InlineData("--levels", "2", "--levels must be from 0 to 1")]
    [InlineData("--tasks", "Anker", "Anchor")]
    [InlineData("--strategies", "Magic", "Magic")]
    public void Wrong_settings_are_told(string option, string value, string expected)
    {
        var (code, _, error) = CommandLine.Run("conflict", option, value);
        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
