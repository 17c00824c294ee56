namespace SuperMoe.ML.Training;

/// <summary>Linear warm-up from 0 to the peak, then linear decay to a share of it.</summary>
internal sealed class LearningRateSchedule(TrainingOptions options)
{
    /// <summary>The learning rate after a share of the training, 0 to 1.</summary>
    public double At(double progress)
    {
        var peak = options.LearningRate;
        if (progress < options.WarmUp) { return peak * progress / options.WarmUp; }
        var decayed = options.WarmUp < 1 ? Math.Min(1, (progress - options.WarmUp) / (1 - options.WarmUp)) : 0;
        return peak * (1 - decayed * (1 - options.FinalLearningRate));
    }
}
