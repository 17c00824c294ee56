using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.Probe;

/// <summary>
/// What the frozen embedding tells about labels that were not there in training: the same learners on it, on bags of items, on their truncated SVD and on the embedding of a model of
/// one task, all by five folds over users.
/// </summary>
/// <param name="recipe">How models are trained.</param>
/// <param name="settings">The data's settings, the tasks that are trained, and the seeds.</param>
/// <param name="output">Where it is told.</param>
internal sealed class ProbeBenchmark(Recipe recipe, MultiTaskSettings settings, TextWriter output)
{
    private readonly SeedFigures _figures = new();

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    /// <exception cref="TaskNameException">A task is not of the data.</exception>
    public void Run(string folder)
    {
        var protocol = MultiTaskProtocols.Open(folder, settings);
        var trained = recipe.Tasks(protocol, settings.Tasks.Count > 0 ? settings.Tasks : protocol.ProbeTraining);
        for (var s = 0; s < settings.Seeds; s++) { _figures.Add(Measure(protocol, trained, recipe with { Seed = recipe.Seed + s }, first: s == 0)); }
        if (settings.Seeds > 1) { output.WriteLine($"Means ± standard deviations over {settings.Seeds} seeds; bags are judged once."); }
        _figures.Write(output);
        output.WriteLine(JsonLine.Of("probe", recipe.Seed, new { recipe, settings }, new Dictionary<string, object?>
        {
            ["data"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            ["trained"] = trained.Select(t => t.Name),
            ["labels"] = _figures.Means(),
            ["deviations"] = _figures.Deviations(),
        }));
    }

    private Scoreboard Measure(IMultiTaskProtocol protocol, IReadOnlyList<SuperMoeTask> trained, Recipe seeded, bool first)
    {
        var ml = seeded.Context();
        var probe = protocol.Probe(ml);
        var unseen = probe.Labels.Where(l => trained.All(t => t.Name != l.Task)).ToList();
        Say($"Seed {seeded.Seed}: {probe.Users.Count} users; told are {string.Join(", ", unseen.Select(l => l.Task))}, by {MultiTaskSettings.AllFolds} folds.");
        var board = new Scoreboard();
        var bags = Bags(probe);
        foreach (var features in Features()) { Judge(ml, probe, unseen, features, seeded.Seed, board); }
        return board;

        IEnumerable<ProbeFeatures> Features()
        {
            IReadOnlyList<SuperMoeTask>[] models = trained.Count > 1 ? [trained, [trained[0]]] : [trained];
            foreach (var description in models.SelectMany(tasks => Embeddings(ml, protocol, probe, tasks, seeded))) { yield return description; }
            yield return ProbeFeatures.Dense("truncated SVD", TruncatedSvd.Of(ml, bags, Math.Min(seeded.HiddenSize, bags.Size), seeded.Seed));
            if (first) { yield return bags; }
        }
    }

    // The whole column, and where it has events pooled behind the indicator's state, that state alone.
    private IEnumerable<ProbeFeatures> Embeddings(MLContext ml, IMultiTaskProtocol protocol, ProbeSet probe, IReadOnlyList<SuperMoeTask> tasks, Recipe seeded)
    {
        var name = $"embedding of {string.Join(" + ", tasks.Select(t => t.Name))}";
        Say($"Seed {seeded.Seed}: {name}.");
        var training = protocol.Training(ml, fold: 0, tasks.Any(t => t is NextItemTask));
        var pipeline = new MultiTaskPipeline(ml, protocol, seeded, settings.Validation).Create(tasks, TimeSpan.FromMinutes(seeded.Minutes), new EpochLines(output));
        var chain = pipeline.Fit(training);
        using var model = chain.FindSuperMoe()!;
        float[][] embeddings = [.. chain.Transform(probe.Rows).GetColumn<float[]>("Embedding")];
        yield return ProbeFeatures.Dense(name, embeddings);
        if (seeded.Pooling != EmbeddingPooling.Indicator) { yield return ProbeFeatures.Dense($"{name}, state alone", [.. embeddings.Select(e => e[..seeded.HiddenSize])]); }
    }

    private static ProbeFeatures Bags(ProbeSet probe)
    {
        var bag = new Bag(probe.Places, candidate: false);
        return new ProbeFeatures("bag of items", bag.Size, false, [.. probe.Users.Select(u => bag.Row(new BagExample(u.Items, 0, 0)).Features)]);
    }

    private static void Judge(MLContext ml, ProbeSet probe, IEnumerable<ProbeLabel> labels, ProbeFeatures features, int seed, Scoreboard board)
    {
        foreach (var label in labels)
        {
            var index = probe.Labels.ToList().IndexOf(label);
            var learners = new Learners(ml, features.Size, label.Width, seed, standardize: features.IsDense);
            for (var fold = 0; fold < MultiTaskSettings.AllFolds; fold++)
            {
                var rows = probe.Users.Select((user, u) => (user.Fold, Row: new FeatureRow(features.Values[u], user.Labels[index]))).ToLookup(r => r.Fold == fold, r => r.Row);
                FeatureRow[] questions = [.. rows[true]];
                foreach (var (method, scores) in learners.Run([.. rows[false]], questions).Where(m => m.Method != Learners.Simplest || !features.IsDense))
                {
                    var name = method == Learners.Simplest ? method : $"{features.Name}, {method}";
                    for (var i = 0; i < questions.Length; i++) { board.Add(label.Task, name, scores[i], questions[i].Number, label.Width == Pool.Number); }
                }
            }
        }
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
