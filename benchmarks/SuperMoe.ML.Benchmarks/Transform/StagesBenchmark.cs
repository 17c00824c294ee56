using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>Tells where the time of a scored row goes: on one thread, by the library's own parts, with a clock between them.</summary>
internal sealed class StagesBenchmark(int seed, double trainingSeconds, TextWriter output)
{
    private const int Runs = 5;

    private static readonly Dictionary<string, ScoreRequest> s_requests = new()
    {
        ["embedding"] = new ScoreRequest(Embedding: true, [false]),
        ["nextItem"] = new ScoreRequest(Embedding: false, [true]),
        ["both"] = new ScoreRequest(Embedding: true, [true]),
    };

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public void Run(string path)
    {
        using var brief = new BriefModel(path, seed, "cpu", BriefModel.Brief(trainingSeconds), output);
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            var results = s_requests.ToDictionary(r => r.Key, r => (object?)Measure(brief, r.Key, r.Value));
            results["users"] = brief.File.Users.Count;
            output.WriteLine(JsonLine.Of("transform-stages", seed, new { data = Path.GetFileName(path), trainingSeconds, BriefModel.MaxLength }, results));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    // Per stage, the median of the runs.
    private Dictionary<string, StageCost> Measure(BriefModel brief, string name, ScoreRequest request)
    {
        ReadAndScore(brief, request);
        var runs = Enumerable.Range(0, Runs).Select(_ => ReadAndScore(brief, request)).ToArray();
        var users = brief.File.Users.Count;
        var costs = runs[0].Keys.ToDictionary(stage => stage[(stage.IndexOf(' ', StringComparison.Ordinal) + 1)..], stage => new StageCost(
            1e6 * runs.Select(r => r[stage].Seconds).Order().ElementAt(Runs / 2) / users,
            (double)runs.Select(r => r[stage].Bytes).Order().ElementAt(Runs / 2) / users));
        output.WriteLine($"{name}, one thread:");
        foreach (var (stage, cost) in costs.Append(new("all", new StageCost(costs.Values.Sum(c => c.Microseconds), costs.Values.Sum(c => c.Bytes)))))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {stage,-40} {cost.Microseconds,7:0.0} us a user {cost.Bytes,7:0.0} managed bytes a user"));
        }
        return costs;
    }

    // As a cursor does it, but for the thread that reads ahead.
    private static IReadOnlyDictionary<string, (double Seconds, long Bytes)> ReadAndScore(BriefModel brief, ScoreRequest request)
    {
        var scorer = (ModelScorer)brief.Model.Scorer;
        var binding = brief.Model.Bind(brief.Keyed.Schema);
        var columns = binding.Columns(request);
        var clock = new StageClock();
        scorer.Ended = clock.Add;
        try
        {
            clock.Start();
            using var cursor = brief.Keyed.GetRowCursor(columns.All());
            var reader = new BehaviorRowReader(cursor, columns);
            while (cursor.MoveNext())
            {
                reader.Read();
                if (reader.Count == brief.BatchRows) { Score(); }
            }
            Score();
            reader.Release();
            return clock.Stages;

            void Score()
            {
                var users = reader.Take(last: false);
                clock.Add("1 source cursor");
                if (users.Count > 0) { scorer.Return(scorer.Score(users, request)); }
            }
        }
        finally
        {
            scorer.Ended = null;
        }
    }
}
