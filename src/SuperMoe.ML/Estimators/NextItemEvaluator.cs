using Microsoft.ML;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>Ranks held-out items of users: reads a view's rows and targets, batch by batch.</summary>
internal sealed class NextItemEvaluator(ModelDescription model, InputColumns inputs, IBatchScorer scorer)
{
    /// <summary>The rank of each row's target, 0 is the best; the largest number there is for a target that the model does not know.</summary>
    /// <param name="data">One row a user, without the target in the sequence.</param>
    /// <param name="targetColumn">The column of held-out items: one item, or a vector of one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public int[] Ranks(IDataView data, string targetColumn)
    {
        var columns = inputs.ForScoring(data.Schema, model.Schema).ForScoring(new bool[model.Options.Tasks.Count]);
        var target = data.Schema.GetColumnOrNull(targetColumn)
            ?? throw new ArgumentOutOfRangeException(
                nameof(targetColumn), $"The data has no column '{targetColumn}' with the items that users chose next.");
        using var cursor = data.GetRowCursor(columns.All().Append(target).DistinctBy(c => c.Index));
        var reader = new BehaviorRowReader(cursor, columns);
        var item = ItemColumnMatcher.Create(cursor, target, KeyVocabulary.Of(columns.Item), model.Schema.ItemCount);
        var ranks = new List<int>();
        var places = new List<int>(); // of the rows to rank
        var targets = new GrowableArray<int>();
        while (cursor.MoveNext())
        {
            var key = item();
            ranks.Add(int.MaxValue); // a miss at every cutoff
            if (key == 0) { continue; }
            reader.Read();
            places.Add(ranks.Count - 1);
            targets.Add(key);
            if (targets.Count == model.Options.ScoringBatchSize) { Rank(reader, targets, places, ranks); }
        }
        if (targets.Count > 0) { Rank(reader, targets, places, ranks); }
        return [.. ranks];
    }

    private void Rank(BehaviorRowReader reader, GrowableArray<int> targets, List<int> places, List<int> ranks)
    {
        var batch = scorer.RankNextItem(reader.Take(last: false), targets.ToArray());
        for (var i = 0; i < batch.Length; i++) { ranks[places[i]] = batch[i]; }
        targets.Clear();
        places.Clear();
    }
}
