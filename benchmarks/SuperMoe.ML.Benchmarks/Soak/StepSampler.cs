namespace SuperMoe.ML.Benchmarks.Soak;

/// <summary>Samples memory while a model is trained: after a tenth of the epochs, at the end of each.</summary>
internal sealed class StepSampler : IProgress<TrainingProgress>
{
    public MemorySamples Memory { get; } = new();

    public int Steps { get; private set; }

    public void Report(TrainingProgress value)
    {
        if (value.Completed is null) { return; }
        Steps += value.Steps;
        if (value.Epoch > Math.Max(1, value.Epochs / 10)) { Memory.Take(); }
    }
}
