using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Sequence;
using SuperMoe.ML.Estimators;

namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>A model with the library's default sizes, trained for some seconds on a file of sequences: what it says is of no use, what it costs is.</summary>
internal sealed class BriefModel : IDisposable
{
    /// <summary>The latest events that the model looks at.</summary>
    public const int MaxLength = 50;

    /// <param name="path">The file.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="device">Where it computes: cpu or cuda.</param>
    /// <param name="training">How it is trained.</param>
    /// <param name="output">Hears of it.</param>
    /// <param name="batchRows">The rows of a scored batch; <see langword="null"/> for the default.</param>
    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public BriefModel(string path, int seed, string device, TrainingOptions training, TextWriter output, int? batchRows = null)
    {
        ML = Contexts.Of(seed, device);
        File = SequenceFile.Read(path);
        var users = LeaveOneOut.Users(ML, File);
        Keyed = ML.Data.Cache(LeaveOneOut.Keys(ML, File).Fit(users).Transform(users), LeaveOneOut.Item);
        var options = new SuperMoeOptions
        {
            ItemColumn = LeaveOneOut.Item,
            Tasks = [new NextItemTask()],
            Model = new SuperMoeModelOptions { MaxLength = MaxLength },
            Training = training,
        };
        BatchRows = options.ScoringBatchSize = batchRows ?? options.ScoringBatchSize;
        Model = ML.Transforms.SuperMoe(options).Fit(Keyed);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {File.Users.Count} users, each without the last item; a model of default size for at most {MaxLength} events, trained for {Model.Report!.Seconds:0.0} s."));
    }

    /// <summary>Training for some seconds.</summary>
    public static TrainingOptions Brief(double seconds) => new() { ValidationFraction = 0, TimeLimit = TimeSpan.FromSeconds(seconds) };

    public MLContext ML { get; }

    public SequenceFile File { get; }

    /// <summary>One row a user, a sequence of keys, held in memory.</summary>
    public IDataView Keyed { get; }

    public SuperMoeTransformer Model { get; }

    /// <summary>The most rows of a scored batch.</summary>
    public int BatchRows { get; }

    /// <summary>The share of padding among the places of scoring's batches so far.</summary>
    public double PaddingShare => ((ModelScorer)Model.Scorer).PaddingShare;

    public void Dispose() => Model.Dispose();
}
