namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("sequence", "--data")]
    [InlineData("multitask", "--folds")]
    [InlineData("conflict", "--strategies")]
    [InlineData("probe", "--seeds")]
    [InlineData("fittask", "--shares")]
    [InlineData("seesaw", "--against")]
    public void Help_names_the_options(string command, string option)
    {
        var (code, output, error) = CommandLine.Run(command, "--help");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(option, output, StringComparison.Ordinal);
        Assert.Contains("--learning-rate", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data", "sequence")]
    [InlineData("--epochs must be at least 1", "sequence", "--data", "x", "--epochs", "0")]
    [InlineData("--minutes must be above 0", "sequence", "--data", "x", "--minutes", "0")]
    [InlineData("--folds must be at most 5", "multitask", "--data", "x", "--folds", "6")]
    [InlineData("--events must be at least 1", "group", "--events", "0")]
    [InlineData("bce", "sequence", "--data", "x", "--loss", "magic")]
    [InlineData("--steps must be at least 1", "softmax", "--steps", "0")]
    [InlineData("cuda", "optimizer", "--device", "abacus")]
    [InlineData("--shares must be above 0", "fittask", "--data", "x", "--shares", "0.5", "1.5")]
    [InlineData("ratings", "multitask", "--data", "x", "--rating", "ratings")]
    [InlineData("Towers", "multitask", "--data", "x", "--sharing", "Towers")]
    public void Wrong_command_lines_are_told(string expected, params string[] arguments)
    {
        var (code, _, error) = CommandLine.Run(arguments);
        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sequence")]
    [InlineData("multitask")]
    [InlineData("probe")]
    [InlineData("fittask")]
    [InlineData("seesaw")]
    [InlineData("transform")]
    [InlineData("latency")]
    [InlineData("soak")]
    public void Missing_data_is_told(string command)
    {
        var (code, _, error) = CommandLine.Run(command, "--data", "no-such-data");
        Assert.Equal(2, code);
        Assert.Contains("no-such-data", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_of_the_model_are_told_together()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("s.txt", "1 1 2 3");
        var (code, _, error) = CommandLine.Run("sequence", "--data", file, "--hidden", "65", "--dropout", "3", "--label-count-exponent", "2");
        Assert.Equal(1, code);
        Assert.Contains("HiddenSize is 65", error, StringComparison.Ordinal);
        Assert.Contains("Dropout is 3", error, StringComparison.Ordinal);
        Assert.Contains("Training.LabelCountExponent is 2; allowed is 0 to 1", error, StringComparison.Ordinal);
    }
}
