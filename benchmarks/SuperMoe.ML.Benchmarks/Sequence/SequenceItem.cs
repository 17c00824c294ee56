namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>One item of the catalogue, as a row of the view that keys are made from.</summary>
internal sealed class SequenceItem
{
    public int Item { get; set; }
}
