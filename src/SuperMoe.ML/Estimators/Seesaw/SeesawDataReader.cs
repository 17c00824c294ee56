using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Reads a comparison's users into memory, once, and parts those to train on from those to judge on.</summary>
/// <param name="context">Whose errors these are.</param>
/// <param name="options">The options that are compared.</param>
/// <param name="checkAlive">Called now and then; throws to stop reading.</param>
internal sealed class SeesawDataReader(IExceptionContext context, SuperMoeOptions options, Action checkAlive)
{
    private readonly InputColumns _inputs = new(context, options);

    /// <summary>Reads the users.</summary>
    /// <param name="data">One row a user.</param>
    /// <param name="test">Those to judge on; <see langword="null"/> to hold some of <paramref name="data"/> out.</param>
    /// <param name="seesaw">How many to hold out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">The rows are unfit.</exception>
    public SeesawData Read(IDataView data, IDataView? test, SeesawOptions seesaw)
    {
        var columns = _inputs.ForTraining(data.Schema);
        if (test is not null) { CheckTest(data.Schema, columns.Schema, test.Schema); }
        var users = BehaviorDatasetReader.ReadAll(data, columns, checkAlive);
        var (training, judged) = test is null
            ? Split(users, seesaw)
            : (users, BehaviorDatasetReader.ReadAll(test, _inputs.ForJudging(test.Schema), checkAlive));
        var attributes = options.ItemAttributes is { } items
            ? ItemAttributesReader.Read(items, columns.Item, columns.Schema.ItemCount, out _, out _)
            : null;
        return new SeesawData(
            data.Schema, [.. options.Tasks], training, SeesawTest.Of(judged), DataFingerprint.Of(training, judged, attributes));
    }

    private static (BehaviorDataset Training, BehaviorDataset Test) Split(BehaviorDataset users, SeesawOptions seesaw)
    {
        if (users.Count < 2)
        {
            throw new InvalidOperationException($"The data has {users.Count} rows; at least two users are needed, one to train on and one to hold out.");
        }
        int[] order = [.. Enumerable.Range(0, users.Count)];
        new Random(seesaw.SplitSeed).Shuffle(order);
        var held = Math.Clamp((int)Math.Round(users.Count * seesaw.TestFraction), 1, users.Count - 1);
        // In the order of the rows, so that a split's users do not depend on how they are drawn.
        return (UserSubset.Of(users, order[held..].Order().ToArray()), UserSubset.Of(users, order[..held].Order().ToArray()));
    }

    private void CheckTest(DataViewSchema data, BehaviorSchema trained, DataViewSchema test)
    {
        _inputs.ForScoring(test, trained);
        _inputs.ForJudging(test);
        var (own, others) = (_inputs.Labels(data), _inputs.Labels(test));
        for (var t = 0; t < own.Count; t++)
        {
            if (own[t] is { } a && others[t] is { } b && (a.Classes != b.Classes || (a.Values is { } v && b.Values is { } w && !v.SameAs(w))))
            {
                throw new InvalidOperationException(
                    $"The label column '{((LabeledTask)options.Tasks[t]).LabelColumn}' of the test data has other keys than that of the training data; "
                    + "map both with one fitted mapping.");
            }
        }
    }
}
