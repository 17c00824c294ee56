using System.Security.Cryptography;
using System.Text;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>A model to train and judge.</summary>
/// <param name="Contestant">Joint, Alone, or the name of a contestant.</param>
/// <param name="Options">Its options, with its tasks and its seed.</param>
internal sealed record PlannedRun(string Contestant, SuperMoeOptions Options)
{
    /// <summary>The tasks' names.</summary>
    public IReadOnlyList<string> Tasks { get; } = [.. Options.Tasks.Select(t => t.Name)];

    /// <summary>The seed.</summary>
    public int Seed => Options.Training.Seed!.Value;

    /// <summary>What it is, apart from its seed: runs of one kind take the same time.</summary>
    public string Kind => Contestant == SeesawReport.Alone ? $"{Tasks[0]} alone" : Contestant;

    /// <summary>The options as text.</summary>
    public SortedDictionary<string, string> Text { get; } = OptionsText.Of(Options);

    /// <summary>Equal for runs that would train the same model.</summary>
    public string Key => string.Join('\n', Text.Select(t => $"{t.Key}={t.Value}"));

    /// <summary>The name of its file.</summary>
    public string FileName => Contestant switch
    {
        SeesawReport.Joint => $"joint.seed-{Seed}.json",
        SeesawReport.Alone => $"alone-{Safe(Tasks[0])}.seed-{Seed}.json",
        _ => $"contestant-{Safe(Contestant)}.seed-{Seed}.json",
    };

    // Names that file systems would refuse or, by letters' case, mix up get a hash.
    private static string Safe(string name)
    {
        var safe = string.Concat(name.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? char.ToLowerInvariant(c) : '_'));
        return safe == name ? name : $"{safe}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4))}";
    }
}
