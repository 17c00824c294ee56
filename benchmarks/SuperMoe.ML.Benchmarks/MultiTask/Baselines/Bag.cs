using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>Makes bags: how often each movie is in a history, then, where asked for, the candidate as one of as many slots.</summary>
internal sealed class Bag(IReadOnlyDictionary<int, int> places, bool candidate)
{
    /// <summary>The number of features.</summary>
    public int Size { get; } = candidate ? 2 * places.Count : places.Count;

    public BagRow Row(BagExample example)
    {
        var counts = example.Events.CountBy(e => places[e.Item]).OrderBy(c => c.Key).ToList();
        if (candidate) { counts.Add(new(places.Count + places[example.Candidate], 1)); }
        return new BagRow
        {
            Features = new VBuffer<float>(Size, counts.Count, [.. counts.Select(c => (float)c.Value)], [.. counts.Select(c => c.Key)]),
            IsYes = example.Label == 1,
            Label = (uint)example.Label,
        };
    }
}
