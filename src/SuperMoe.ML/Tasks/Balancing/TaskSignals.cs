namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>What a step tells of its T tasks.</summary>
/// <param name="Present">T: whether the batch has labels of the task.</param>
/// <param name="Losses">T: the mean losses, of the tasks that are present.</param>
/// <param name="Products">T × T: the scalar products of the tasks' gradients at the encoder's output; 0 for a task that is not present, and where <see cref="ITaskBalancer.Ahead"/> made them superfluous.</param>
internal sealed record TaskSignals(bool[] Present, double[] Losses, double[,] Products)
{
    /// <summary>The length of task <paramref name="task"/>'s gradient.</summary>
    public double Length(int task) => Math.Sqrt(Math.Max(0, Products[task, task]));
}
