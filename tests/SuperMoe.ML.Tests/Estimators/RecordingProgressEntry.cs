using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>One asked-for line of a progress channel.</summary>
internal sealed class RecordingProgressEntry : IProgressEntry
{
    public Dictionary<int, (double Value, double? Limit)> Progress { get; } = [];

    public Dictionary<int, double> Metrics { get; } = [];

    public void SetProgress(int unit, double value) => Progress[unit] = (value, null);

    public void SetProgress(int unit, double value, double lim) => Progress[unit] = (value, lim);

    public void SetMetric(int unit, double value) => Metrics[unit] = value;
}
