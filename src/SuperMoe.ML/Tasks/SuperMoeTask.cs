namespace SuperMoe.ML;

/// <summary>One of the tasks that are trained together on the shared encoder. Each has an indicator token, a head and a loss of its own.</summary>
public abstract class SuperMoeTask
{
    private protected SuperMoeTask(string name) => Name = name;

    /// <summary>Gets or sets the task's name, unique among the tasks; output columns are called <c>Name.Score</c> and so on.</summary>
    /// <value>The default value is the label column's name, or <c>NextItem</c>.</value>
    public string Name { get; set; }

    /// <summary>Gets or sets the factor of the task's loss.</summary>
    /// <value>The default value is 1. The range is 0 (exclusive) to 1,000,000.</value>
    public double Weight { get; set; } = 1;
}
