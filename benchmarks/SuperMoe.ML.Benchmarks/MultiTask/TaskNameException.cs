namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The command line names tasks that the data does not have.</summary>
internal sealed class TaskNameException(IEnumerable<string> unknown, IEnumerable<string> known)
    : Exception($"--tasks has {string.Join(", ", unknown)}; the data's tasks are {string.Join(", ", known)}.");
