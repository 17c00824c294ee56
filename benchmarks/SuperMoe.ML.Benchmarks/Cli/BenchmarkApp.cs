using System.CommandLine;
using SuperMoe.ML.Benchmarks.Attention;
using SuperMoe.ML.Benchmarks.Balancing;
using SuperMoe.ML.Benchmarks.Conflict;
using SuperMoe.ML.Benchmarks.FitTask;
using SuperMoe.ML.Benchmarks.Group;
using SuperMoe.ML.Benchmarks.Latency;
using SuperMoe.ML.Benchmarks.Moe;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.Optimizer;
using SuperMoe.ML.Benchmarks.Probe;
using SuperMoe.ML.Benchmarks.Profile;
using SuperMoe.ML.Benchmarks.Seesaw;
using SuperMoe.ML.Benchmarks.Sequence;
using SuperMoe.ML.Benchmarks.Soak;
using SuperMoe.ML.Benchmarks.Softmax;
using SuperMoe.ML.Benchmarks.Transform;

namespace SuperMoe.ML.Benchmarks.Cli;

/// <summary>The commands.</summary>
internal static class BenchmarkApp
{
    /// <summary>Runs a command line.</summary>
    /// <returns>0; 1 for a wrong command line or wrong options, 2 for a data file that is missing or ill-formed.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Benchmarks of SuperMoe.ML. Each tells what it does as it goes; its last line is one JSON object.")
        {
            SequenceCommand.Create(),
            MultiTaskCommand.Create(),
            SeesawCommand.Create(),
            ProbeCommand.Create(),
            ConflictCommand.Create(),
            FitTaskCommand.Create(),
            BalancingCommand.Create(),
            GroupCommand.Create(),
            ProfileCommand.Create(),
            SoftmaxCommand.Create(),
            OptimizerCommand.Create(),
            TransformCommand.Create(),
            LatencyCommand.Create(),
            SoakCommand.Create(),
            MoeCommand.Create(),
            AttentionCommand.Create(),
        };
        try
        {
            var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
            return root.Parse(arguments).Invoke(configuration);
        }
        catch (DataFileException e)
        {
            error.WriteLine(e.Message);
            return 2;
        }
        catch (TaskNameException e)
        {
            error.WriteLine(e.Message);
            return 1;
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "options") // all mistakes in the options of the model, at once
        {
            error.WriteLine(e.Message);
            return 1;
        }
    }
}
