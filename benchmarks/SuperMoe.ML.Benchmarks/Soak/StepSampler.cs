namespace SuperMoe.ML.Benchmarks.Soak;

/// <summary>Samples memory while a model is trained: at the end of each epoch of the second half; until then the allocators find their size.</summary>
internal sealed class StepSampler : IProgress<TrainingProgress>
{
    public MemorySamples Memory { get; } = new();

    public int Steps { get; private set; }

    public void Report(TrainingProgress value)
    {
        if (value.Completed is null) { return; }
        Steps += value.Steps;
        if (value.Epoch > value.Epochs / 2) { Memory.Take(); }
    }
}
