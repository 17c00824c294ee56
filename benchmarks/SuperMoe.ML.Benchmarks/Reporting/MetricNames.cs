namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>Metrics under the names that tables and JSON show.</summary>
internal static class MetricNames
{
    public static Dictionary<string, double> Of(NextItemMetrics metrics)
    {
        var named = new Dictionary<string, double>();
        foreach (var (k, value) in metrics.HitRate) { named[$"HR@{k}"] = value; }
        foreach (var (k, value) in metrics.Ndcg) { named[$"NDCG@{k}"] = value; }
        named["MRR"] = metrics.MeanReciprocalRank;
        return named;
    }
}
