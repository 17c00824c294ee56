using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Tests.Benchmarks;

namespace SuperMoe.ML.Tests.Estimators.Seesaw;

/// <summary>Comparisons without training: what was asked for, told and logged, and a folder.</summary>
internal sealed class SeesawRig : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SeesawRig()
    {
        ML.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Info) { Lines.Add(e.Message); } };
        Options.Tasks = [new MulticlassTask("Gender"), new RegressionTask("Age"), new BinaryTask("Churned")];
        Seesaw.Folder = Path.Combine(_folder.Path, "runs");
        Seesaw.Seeds = [3, 4];
    }

    public MLContext ML { get; } = new(1);

    public FakeEngine Engine { get; } = new();

    public SuperMoeOptions Options { get; } = SampleUsers.Options();

    public SeesawOptions Seesaw { get; } = new();

    public List<string> Lines { get; } = [];

    public List<SeesawProgress> Heard { get; } = [];

    /// <summary>The files of finished runs.</summary>
    public IEnumerable<string> Files => Directory.GetFiles(Seesaw.Folder!).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    public SeesawReport Run(int users = 40, IDataView? test = null, CancellationToken token = default) =>
        Run(SampleUsers.KeyedView(ML, users), test, token);

    public SeesawReport Run(IDataView users, IDataView? test, CancellationToken token = default) =>
        new SuperMoeOperations(ML.Environment(), Engine).CompareWithSingleTask(users, Options, test, Seesaw, new Listener(Heard), token);

    /// <summary>What each training was of.</summary>
    public IEnumerable<string> Trained() =>
        Engine.Jobs.Select(j => $"{string.Join('+', j.Model.Options.Tasks.Select(t => t.Name))}/{j.Model.Options.Training.Seed}");

    public void Dispose() => _folder.Dispose();

    private sealed class Listener(List<SeesawProgress> heard) : IProgress<SeesawProgress>
    {
        public void Report(SeesawProgress value) => heard.Add(value);
    }
}
