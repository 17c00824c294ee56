using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>A progress channel of ML.NET that keeps what it is told.</summary>
internal sealed class RecordingProgressChannel : IProgressChannel
{
    public List<double?[]> Checkpoints { get; } = [];

    public ProgressHeader? Header { get; private set; }

    public Action<IProgressEntry>? Fill { get; private set; }

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) => (Header, Fill) = (header, fillAction);

    public void Checkpoint(params double?[] values) => Checkpoints.Add(values);

    public IProgressChannel StartProgressChannel(string name) => new RecordingProgressChannel();

    public void Dispose()
    {
    }
}
