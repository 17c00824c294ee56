using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>ML.NET's own evaluators read the outputs.</summary>
public sealed class EvaluationContractTests(FittedModel fitted) : IClassFixture<FittedModel>
{
    private readonly MLContext _ml = fitted.ML;
    private readonly IDataView _scored = fitted.Model.Transform(fitted.Train);

    [Fact]
    public void Multiclass_outputs_are_evaluated()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(_scored, "Gender", "Gender.Score", predictedLabelColumnName: "Gender.PredictedLabel");
        var (label, predicted) = (_scored.Schema["Gender"], _scored.Schema["Gender.PredictedLabel"]);
        var rows = Views.Read(_scored, label, predicted).Where(r => (uint)r[0] != 0).ToList();
        Assert.Equal(rows.Count(r => r[0].Equals(r[1])) / (double)rows.Count, metrics.MicroAccuracy, 6);
        Assert.True(double.IsFinite(metrics.LogLoss));
        Assert.Equal(rows.Count, metrics.ConfusionMatrix.Counts.Sum(c => c.Sum()), 3);
    }

    [Fact]
    public void Binary_outputs_are_evaluated()
    {
        var metrics = _ml.BinaryClassification.Evaluate(_scored, "Churned", "Churned.Score", "Churned.Probability", "Churned.PredictedLabel");
        var rows = Views.Read(_scored, _scored.Schema["Churned"], _scored.Schema["Churned.Score"], _scored.Schema["Churned.Probability"], _scored.Schema["Churned.PredictedLabel"]);
        Assert.Equal(rows.Count(r => r[0].Equals(r[3])) / (double)rows.Count, metrics.Accuracy, 6);
        Assert.InRange(metrics.AreaUnderRocCurve, 0, 1);
        Assert.True(double.IsFinite(metrics.LogLoss));
        Assert.All(rows, r => Assert.Equal(1 / (1 + Math.Exp(-(float)r[1])), (float)r[2], 1e-4));
        Assert.All(rows, r => Assert.Equal((float)r[1] > 0, r[3]));
    }

    [Fact]
    public void Regression_outputs_are_evaluated()
    {
        var known = _ml.Data.FilterRowsByMissingValues(_scored, "Age");
        var metrics = _ml.Regression.Evaluate(known, "Age", "Age.Score");
        var rows = Views.Read(known, known.Schema["Age"], known.Schema["Age.Score"]);
        Assert.Equal(rows.Average(r => Math.Abs((float)r[0] - (float)r[1])), metrics.MeanAbsoluteError, 3);
    }

    [Fact]
    public void Class_names_are_slot_names_and_key_values()
    {
        var score = _scored.Schema["Gender.Score"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        VBuffer<ReadOnlyMemory<char>> values = default;
        _scored.Schema["Gender.PredictedLabel"].GetKeyValues(ref values);
        VBuffer<ReadOnlyMemory<char>> label = default;
        _scored.Schema["Gender"].GetKeyValues(ref label);
        var expected = label.DenseValues().Select(v => v.ToString());
        Assert.Equal(expected, names.DenseValues().Select(v => v.ToString()));
        Assert.Equal(expected, values.DenseValues().Select(v => v.ToString()));
    }

    [Fact]
    public void Score_columns_of_one_task_are_one_set()
    {
        uint Set(string column)
        {
            uint set = 0;
            _scored.Schema[column].Annotations.GetValue("ScoreColumnSetId", ref set);
            return set;
        }

        Assert.Equal(Set("Churned.Score"), Set("Churned.Probability"));
        Assert.Equal(Set("Churned.Score"), Set("Churned.PredictedLabel"));
        Assert.Equal(5, new[] { "NextItem.Score", "Gender.Score", "Age.Score", "Churned.Score", "Liked.Score" }.Select(Set).Distinct().Count());
    }

    [Fact]
    public void Next_item_metrics_are_those_of_ranks_counted_by_hand()
    {
        var options = SampleUsers.Options();
        options.Tasks = [new NextItemTask { TopK = SampleUsers.Items, ExcludeHistory = false }]; // returns every item's score
        using var model = _ml.Transforms.SuperMoe(options).Fit(fitted.Train);
        var scored = model.Transform(fitted.Test);
        var rows = Views.Read(scored, scored.Schema["NextItem.PredictedLabel"], scored.Schema["NextItem.Score"], scored.Schema["Item"], scored.Schema["NextItem"]);

        var metrics = model.EvaluateNextItem(fitted.Test, "NextItem", [1, 4]);

        var ranks = rows.ConvertAll(r => RankByHand((object[])r[0], (object[])r[1], (object[])r[2], (string)r[3]));
        Assert.Equal(23, metrics.Users);
        Assert.True(ranks.Distinct().Count() > 3);
        foreach (var k in new[] { 1, 4 })
        {
            Assert.Equal(ranks.Count(r => r < k) / 23.0, metrics.HitRate[k], 1e-12);
            Assert.Equal(ranks.Sum(r => r < k ? 1 / Math.Log2(r + 2) : 0) / 23, metrics.Ndcg[k], 1e-12);
        }
        Assert.Equal(ranks.Sum(r => 1.0 / (r + 1)) / 23, metrics.MeanReciprocalRank, 1e-12);
    }

    [Fact]
    public void Next_items_with_history_are_all_items_in_the_order_of_their_scores()
    {
        var options = SampleUsers.Options();
        options.Tasks = [new NextItemTask { TopK = SampleUsers.Items, ExcludeHistory = false }];
        using var model = _ml.Transforms.SuperMoe(options).Fit(fitted.Train);
        var scored = model.Transform(fitted.Test);
        Assert.All(Views.Read(scored, scored.Schema["NextItem.PredictedLabel"], scored.Schema["NextItem.Score"]), row =>
        {
            Assert.Equal(Enumerable.Range(1, SampleUsers.Items), ((object[])row[0]).Select(i => (int)(uint)i).Order());
            var scores = ((object[])row[1]).Cast<float>().ToList();
            Assert.All(scores, s => Assert.True(float.IsFinite(s)));
            Assert.Equal(scores.OrderDescending(), scores);
        });
    }

    [Fact]
    public void Next_item_of_a_chain_is_evaluated_on_raw_data()
    {
        var raw = SampleUsers.View(_ml, 50);
        var chain = SampleUsers.Keys(_ml).Append(_ml.Transforms.SuperMoe(SampleUsers.Options())).Append(_ml.Transforms.CopyColumns("Copy", "Embedding")).Fit(raw);
        var byChain = _ml.Ranking.EvaluateNextItem(chain, raw, "NextItem");
        var byModel = chain.FindSuperMoe()!.EvaluateNextItem(SampleUsers.Keys(_ml).Fit(raw).Transform(raw), "NextItem");
        Assert.Equal(byModel.MeanReciprocalRank, byChain.MeanReciprocalRank, 5);
        Assert.Equal([5, 10, 20], byChain.HitRate.Keys);
        Assert.Equal(1, byChain.HitRate[20]);
    }

    [Fact]
    public void Next_item_matches_keys_of_another_vocabulary_by_value()
    {
        var mapped = _ml.Transforms.Conversion.MapValueToKey("NextItem", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(fitted.Test).Transform(fitted.Test);
        Assert.Equal(fitted.Model.EvaluateNextItem(fitted.Test, "NextItem").MeanReciprocalRank, fitted.Model.EvaluateNextItem(mapped, "NextItem").MeanReciprocalRank, 9);
    }

    [Fact]
    public void Next_item_counts_unknown_targets_as_misses()
    {
        var rows = SampleUsers.Rows(10).ToList();
        rows.ForEach(r => r.NextItem = "unknown");
        var input = SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));
        var metrics = fitted.Model.EvaluateNextItem(input, "NextItem", [10, 20]); // there are 12 items
        Assert.Equal(10, metrics.Users);
        Assert.Equal(0, metrics.HitRate[10]);
        Assert.Equal(0, metrics.HitRate[20]);
        Assert.Equal(0, metrics.MeanReciprocalRank, 1e-6);
    }

    [Fact]
    public void Ranks_are_in_the_order_of_rows_those_of_unknown_targets_too()
    {
        var rows = SampleUsers.Rows(10).ToList();
        var known = fitted.Model.NextItemRanks(Keyed(), "NextItem");
        foreach (var row in (int[])[0, 4, 9]) { rows[row].NextItem = "unknown"; }
        Assert.Equal(known.Select((rank, row) => row is 0 or 4 or 9 ? int.MaxValue : rank), fitted.Model.NextItemRanks(Keyed(), "NextItem"));

        IDataView Keyed() => SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));
    }

    [Fact]
    public void Next_item_without_its_column_or_task_is_refused()
    {
        Assert.Contains("'Nowhere'", Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.EvaluateNextItem(fitted.Test, "Nowhere")).Message, StringComparison.Ordinal);
        Assert.Contains("'Age'", Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.EvaluateNextItem(fitted.Test, "Age")).Message, StringComparison.Ordinal);
        var options = SampleUsers.Options();
        options.Tasks.RemoveAt(0);
        using var model = _ml.Transforms.SuperMoe(options).Fit(fitted.Train);
        Assert.Contains(nameof(NextItemTask), Assert.Throws<InvalidOperationException>(() => model.EvaluateNextItem(fitted.Test, "NextItem")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _ml.Ranking.EvaluateNextItem(_ml.Transforms.CopyColumns("A", "Age").Fit(fitted.Test), fitted.Test, "NextItem"));
    }

    // How many items, the target and those of the user's own sequence left out, score as high as the target or higher.
    private static int RankByHand(object[] items, object[] scores, object[] history, string target)
    {
        var key = (uint)Array.IndexOf(SampleUsers.Names, target) + 1;
        var bar = (float)scores[Array.IndexOf(items, key)];
        return Enumerable.Range(0, items.Length).Count(i => !items[i].Equals(key) && !history.Contains(items[i]) && (float)scores[i] >= bar);
    }
}
