using System.Text.Json;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class JsonLineTests
{
    [Fact]
    public void Of_is_one_line_without_NaN()
    {
        var text = JsonLine.Of("b", 5, new { Some = 1 }, new Dictionary<string, object?>
        {
            ["nested"] = new Dictionary<string, Dictionary<string, double>> { ["<18"] = new() { ["NDCG@10"] = double.NaN, ["MRR"] = 0.25 } },
            ["list"] = new[] { 1.5, double.PositiveInfinity },
            ["none"] = null,
        });
        Assert.DoesNotContain('\n', text);
        var line = JsonDocument.Parse(text).RootElement;
        var nested = line.GetProperty("nested").GetProperty("<18");
        Assert.Equal(JsonValueKind.Null, nested.GetProperty("NDCG@10").ValueKind);
        Assert.Equal(0.25, nested.GetProperty("MRR").GetDouble());
        Assert.Equal("[1.5,null]", line.GetProperty("list").GetRawText());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("none").ValueKind);
        Assert.Equal(1, line.GetProperty("options").GetProperty("some").GetInt32());
    }
}
