namespace SuperMoe.ML.Data;

/// <summary>Mean and standard deviation of numbers met one by one (Welford 1962); those that are not finite do not count.</summary>
internal struct Moments
{
    private double _squares;
    private long _count;

    /// <summary>0 before the first number.</summary>
    public double Mean { get; private set; }

    /// <summary>Of all the numbers, not of a sample; 0 before the second.</summary>
    public readonly double Deviation => _count > 0 ? Math.Sqrt(_squares / _count) : 0;

    public void Add(float value)
    {
        if (!float.IsFinite(value)) { return; }
        var difference = value - Mean;
        Mean += difference / ++_count;
        _squares += difference * (value - Mean);
    }
}
