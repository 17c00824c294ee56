using System.Text.Json;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Tests.Benchmarks;

/// <summary>Runs the benchmarks as their console program does.</summary>
internal static class CommandLine
{
    /// <summary>Small and quick, for what does not depend on quality.</summary>
    public static readonly string[] Quick =
        ["--epochs", "1", "--hidden", "8", "--blocks", "1", "--heads", "1", "--feed-forward", "8", "--experts", "2", "--top-k", "1", "--seed", "3"];

    /// <summary>Runs a command line.</summary>
    public static (int Code, string Output, string Error) Run(params IEnumerable<string> arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = BenchmarkApp.Run([.. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed.</summary>
    /// <returns>The JSON object of the last line.</returns>
    public static JsonElement Results(params IEnumerable<string> arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.Equal((0, ""), (code, error));
        var line = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)[^1];
        return JsonDocument.Parse(line).RootElement;
    }
}
