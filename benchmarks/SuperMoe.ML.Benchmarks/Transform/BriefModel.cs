using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Sequence;

namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>A model with the library's default sizes, trained for some seconds on a file of sequences: what it says is of no use, what it costs is.</summary>
internal sealed class BriefModel : IDisposable
{
    /// <summary>The latest events that the model looks at.</summary>
    public const int MaxLength = 50;

    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public BriefModel(string path, int seed, double seconds, TextWriter output)
    {
        ML = new MLContext(seed);
        File = SequenceFile.Read(path);
        var users = LeaveOneOut.Users(ML, File);
        Keyed = ML.Data.Cache(LeaveOneOut.Keys(ML, File).Fit(users).Transform(users), LeaveOneOut.Item);
        Model = ML.Transforms.SuperMoe(new SuperMoeOptions
        {
            ItemColumn = LeaveOneOut.Item,
            Tasks = [new NextItemTask()],
            Model = new SuperMoeModelOptions { MaxLength = MaxLength },
            Training = new TrainingOptions { ValidationFraction = 0, TimeLimit = TimeSpan.FromSeconds(seconds) },
        }).Fit(Keyed);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {File.Users.Count} users, each without the last item; a model of default size for at most {MaxLength} events, trained for {Model.Report!.Seconds:0.0} s."));
    }

    public MLContext ML { get; }

    public SequenceFile File { get; }

    /// <summary>One row a user, a sequence of keys, held in memory.</summary>
    public IDataView Keyed { get; }

    public SuperMoeTransformer Model { get; }

    public void Dispose() => Model.Dispose();
}
