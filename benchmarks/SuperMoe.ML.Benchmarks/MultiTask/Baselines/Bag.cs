using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>Makes bags: how often each item is in a history, then, where asked for, the candidate as one of as many slots.</summary>
internal sealed class Bag(IReadOnlyDictionary<int, int> places, bool candidate)
{
    /// <summary>The number of features.</summary>
    public int Size { get; } = candidate ? 2 * places.Count : places.Count;

    public FeatureRow Row(BagExample example)
    {
        var counts = example.Items.CountBy(i => places[i]).OrderBy(c => c.Key).ToList();
        if (candidate) { counts.Add(new(places.Count + places[example.Candidate], 1)); }
        return new FeatureRow(new VBuffer<float>(Size, counts.Count, [.. counts.Select(c => (float)c.Value)], [.. counts.Select(c => c.Key)]), example.Label);
    }

    /// <summary>Trains each learner on bags and asks it about others.</summary>
    /// <returns>Per method, the scores for each question as <see cref="Pool.Add"/> takes them.</returns>
    public IEnumerable<(string Method, List<float[]> Scores)> Run(Learners learners, IEnumerable<BagExample> training, IEnumerable<BagExample> questions) =>
        learners.Run([.. training.Select(Row)], [.. questions.Select(Row)]);
}
