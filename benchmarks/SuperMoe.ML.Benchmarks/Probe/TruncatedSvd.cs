using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;

namespace SuperMoe.ML.Benchmarks.Probe;

/// <summary>The users' vectors by the truncated singular value decomposition of their bags: ML.NET's principal components, without centring.</summary>
internal static class TruncatedSvd
{
    /// <summary>A vector a user.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="bags">The bags.</param>
    /// <param name="rank">The size of the vectors.</param>
    /// <param name="seed">The seed of the decomposition, which is a randomized one.</param>
    public static IReadOnlyList<float[]> Of(MLContext ml, ProbeFeatures bags, int rank, int seed)
    {
        const string Features = nameof(FeatureRow.Features);
        var schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, bags.Size);
        var rows = ml.Data.LoadFromEnumerable(bags.Values.Select(v => new FeatureRow(v, 0)).ToArray(), schema);
        var projection = ml.Transforms.ProjectToPrincipalComponents(Features, rank: rank, ensureZeroMean: false, seed: seed);
        return [.. projection.Fit(rows).Transform(rows).GetColumn<float[]>(Features)];
    }
}
