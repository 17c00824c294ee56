namespace SuperMoe.ML.Kernels;

/// <summary>Which events' states are computed.</summary>
internal enum EventStates
{
    /// <summary>None: only indicators are read.</summary>
    None,

    /// <summary>The latest event's of each user: what predicts the next item.</summary>
    Last,

    /// <summary>All.</summary>
    All,
}
