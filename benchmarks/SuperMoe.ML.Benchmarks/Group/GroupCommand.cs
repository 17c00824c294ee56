using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Group;

/// <summary>The command <c>group</c>.</summary>
internal static class GroupCommand
{
    public static Command Create()
    {
        var events = Setting.AtLeast(1, "--events", "Events of the log.", 1_000_000);
        var seed = Setting.Of("--seed", "Seed of the log.", 1);
        var command = new Command("group", "Time and memory of GroupIntoSequences on a made-up log in any order, grouped in memory.") { events, seed };
        command.SetAction(line =>
        {
            new GroupBenchmark(line.GetValue(seed), line.InvocationConfiguration.Output).Run(line.GetValue(events));
            return 0;
        });
        return command;
    }
}
