namespace SuperMoe.ML;

/// <summary>What a <see cref="SeesawProgress"/> tells of a run.</summary>
public enum SeesawRunState
{
    /// <summary>It was there already, in the folder or as an equal run of the same call, and is not trained again.</summary>
    Reused,

    /// <summary>It starts.</summary>
    Started,

    /// <summary>It is being trained; <see cref="SeesawProgress.Training"/> tells where it stands.</summary>
    Training,

    /// <summary>It has been trained and judged and, where there is a folder, kept.</summary>
    Finished,
}
