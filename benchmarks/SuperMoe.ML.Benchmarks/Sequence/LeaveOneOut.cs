using Microsoft.ML;

namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>The leave-one-out protocol as views: each user's last item is the test target, the one before it the validation target.</summary>
internal static class LeaveOneOut
{
    /// <summary>The column of sequences.</summary>
    public const string Item = nameof(SequenceEvent.Item);

    /// <summary>The column of test targets.</summary>
    public const string Target = Item + ".HeldOut";

    /// <summary>
    /// One row a user, with everything but the last item: the input at test time. Training takes its validation targets from the end of it
    /// (<see cref="TrainingOptions.LeaveLastEventOut"/>). It is not cut, so that rankings leave out the whole history.
    /// </summary>
    public static IDataView Users(MLContext ml, SequenceFile file)
    {
        var events = ml.Data.LoadFromEnumerable(file.Users.SelectMany(u =>
            u.Items.Select((item, place) => new SequenceEvent { User = u.Id, Item = item, Place = place })));
        return ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = nameof(SequenceEvent.User),
            TimeColumn = nameof(SequenceEvent.Place),
            SequenceColumns = [Item],
            MaxLength = file.Users.Max(u => u.Items.Length),
            HoldOutLast = 1,
        });
    }

    /// <summary>The estimator that makes sequences of keys. The catalogue is the whole file's, so that every item is ranked.</summary>
    public static IEstimator<ITransformer> Keys(MLContext ml, SequenceFile file)
    {
        var catalogue = ml.Data.LoadFromEnumerable(file.Items().Select(item => new SequenceItem { Item = item }));
        return ml.Transforms.Conversion.MapValueToKey(Item, keyData: catalogue);
    }
}
