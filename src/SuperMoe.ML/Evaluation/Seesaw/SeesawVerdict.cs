namespace SuperMoe.ML;

/// <summary>What training together did to a task, compared with training it alone.</summary>
public enum SeesawVerdict
{
    /// <summary>There is no interval to judge by: a single seed, a metric that is NaN, or, over users too, groups of users that were not measured.</summary>
    Undecided,

    /// <summary>The whole interval of the difference is below 0: the task is worse together.</summary>
    Loss,

    /// <summary>The interval of the difference holds 0.</summary>
    Tie,

    /// <summary>The whole interval of the difference is above 0: the task is better together.</summary>
    Gain,
}
