namespace SuperMoe.ML.Training;

/// <summary>What validation gathers of one task.</summary>
internal sealed class TaskValidation
{
    private double _loss;
    private long _count;

    /// <summary>Outputs of the labelled users, user after user.</summary>
    public List<float> Predictions { get; } = [];

    /// <summary>For a head with a wide part: raw outputs of the network, and of that part.</summary>
    public List<float> Deep { get; } = [];

    /// <inheritdoc cref="Deep"/>
    public List<float> Wide { get; } = [];

    /// <summary>Their labels.</summary>
    public List<float> Labels { get; } = [];

    /// <summary>Next item: the targets' ranks.</summary>
    public List<int> Ranks { get; } = [];

    /// <summary>How much a wide part and the network count; <see langword="null"/> until weighed.</summary>
    public (double Wide, double Network)? Shares { get; set; }

    /// <summary>The mean loss; NaN without labels.</summary>
    public double Loss => _count > 0 ? _loss / _count : double.NaN;

    /// <summary>Counts a mean loss over some labels.</summary>
    public void Add(double loss, int count)
    {
        _loss += loss * count;
        _count += count;
    }
}
