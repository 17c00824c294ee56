namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>A value that gets a key, as a row of the view that keys are made from.</summary>
internal sealed class KeyValue<T>
{
    public required T Value { get; set; }
}
