using SuperMoe.ML.Model;

namespace SuperMoe.ML.Training;

/// <summary>A source of random numbers for each shard of a batch: what a shard draws does not depend on who computes it, or when.</summary>
internal sealed class RandomSources(int seed, TrainingRequest request) : IDisposable
{
    private const int Apart = 7919; // so that sources of neighbouring seeds do not coincide

    private readonly RandomSource[] _sources =
        [.. Enumerable.Range(0, TrainingBatch.ShardsOf(request)).Select(s => new RandomSource(unchecked(seed + (s * Apart)), request.Device))];

    /// <summary>The source of shard <paramref name="shard"/>.</summary>
    public RandomSource this[int shard] => _sources[shard];

    public void Dispose()
    {
        foreach (var source in _sources) { source.Dispose(); }
    }
}
