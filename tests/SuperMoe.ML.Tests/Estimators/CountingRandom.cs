namespace SuperMoe.ML.Tests.Estimators;

/// <summary>Counts how often it is asked.</summary>
internal sealed class CountingRandom() : Random(1)
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public override int Next()
    {
        Interlocked.Increment(ref _calls);
        return base.Next();
    }

    protected override double Sample()
    {
        Interlocked.Increment(ref _calls);
        return base.Sample();
    }
}
