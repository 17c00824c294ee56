namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>One row of a view to train on or to judge. The columns of the tasks have the tasks' names.</summary>
internal sealed class MultiTaskRow
{
    public int UserId { get; set; }

    /// <summary>Movies, oldest first; 0 is none.</summary>
    public int[] Item { get; set; } = [];

    /// <summary>1 to 5; 0 is none.</summary>
    public int[] Rating { get; set; } = [];

    public double[] Time { get; set; } = [];

    /// <summary>The movie that <see cref="Like"/> is about, also the next item to find; 0 is none.</summary>
    public int Candidate { get; set; }

    /// <summary>1 or 0; NaN is missing.</summary>
    public float Like { get; set; } = float.NaN;

    /// <summary>1 is male, 0 is female, NaN is missing.</summary>
    public float Gender { get; set; } = float.NaN;

    /// <summary>Empty is missing.</summary>
    public string AgeBand { get; set; } = "";

    /// <summary>Empty is missing.</summary>
    public string Occupation { get; set; } = "";
}
