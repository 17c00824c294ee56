namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>One event, as a row of the view that is grouped into sequences.</summary>
internal sealed class SequenceEvent
{
    public int User { get; set; }

    public int Item { get; set; }

    /// <summary>The place in the user's line: the file tells order, not time.</summary>
    public int Place { get; set; }
}
