namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Picks the tasks that the command line names.</summary>
internal static class TaskChoice
{
    /// <summary>The named tasks in their own order; all of them where none is named.</summary>
    /// <exception cref="TaskNameException">A name is no task's.</exception>
    public static IReadOnlyList<SuperMoeTask> Of(IReadOnlyList<SuperMoeTask> tasks, IReadOnlyList<string> names)
    {
        var unknown = names.Except(tasks.Select(t => t.Name)).ToList();
        if (unknown.Count > 0) { throw new TaskNameException(unknown, tasks.Select(t => t.Name)); }
        return names.Count == 0 ? tasks : [.. tasks.Where(t => names.Contains(t.Name))];
    }
}
