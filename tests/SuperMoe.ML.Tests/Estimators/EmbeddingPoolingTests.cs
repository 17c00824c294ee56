using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class EmbeddingPoolingTests
{
    private const int Size = 16;

    private static readonly ScoreRequest s_all = new(true, [true, true, true, true, true]);

    [Theory]
    [InlineData(false)] // with the next item, whose pass computes latest events
    [InlineData(true)]
    public void Pooled_events_stand_behind_the_indicators_state_and_change_nothing_else(bool embeddingAlone)
    {
        var asked = embeddingAlone ? new ScoreRequest(true, new bool[5]) : s_all;
        var (request, both) = Train(EmbeddingPooling.IndicatorAndEvents);
        using var first = both;
        using var other = Train(EmbeddingPooling.Indicator).Scorer;
        var data = request.Data; // every ninth user has no events
        var (with, without) = (both.Score(data, asked), other.Score(data, asked));

        for (var user = 0; user < data.Count; user++)
        {
            Assert.Equal(without.Embedding.AsSpan(user * Size, Size), with.Embedding.AsSpan(user * 2 * Size, Size));
            var pooled = with.Embedding.AsSpan(((2 * user) + 1) * Size, Size).ToArray();
            if (data.Length(user) == 0) { Assert.All(pooled, m => Assert.Equal(0, m)); }
            else { Assert.Contains(pooled, m => Math.Abs(m) > 1e-3); }
        }
        for (var t = 0; t < 5; t++) { Assert.Equal(without.Tasks[t]?.Scores, with.Tasks[t]?.Scores); }
    }

    [Fact]
    public void Size_is_that_of_the_state_or_twice_that()
    {
        Assert.Equal(128, new SuperMoeModelOptions().EmbeddingSize);
        Assert.Equal(24, new SuperMoeModelOptions { HiddenSize = 24, EmbeddingPooling = EmbeddingPooling.Indicator }.EmbeddingSize);
    }

    private static (TrainingRequest Request, ModelScorer Scorer) Train(EmbeddingPooling pooling)
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Model.EmbeddingPooling = pooling;
        return (request, new ModelScorer(Trainer.Train(request).Model, new SuperMoeOptions { Model = request.Model }, null, request.Device));
    }
}
