using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart.Rendering;
using SuperMoe.ML;

namespace Quickstart.Steps;

/// <summary>Events, one row each, become users, one row each.</summary>
internal static class Grouping
{
    public static Users Group(MLContext ml, Dataset data)
    {
        Page.Line(data.About);
        var events = data.Events(ml);
        var all = ml.Data.GroupIntoSequences(
            events,
            new SequenceOptions
            {
                UserColumn = data.UserColumn,
                TimeColumn = data.TimeColumn,
                SequenceColumns = [.. data.SequenceColumns],
                HoldOutLast = 1,
            },
            data.Profiles(ml));

        var users = new Users(
            all,
            Train: ml.Data.FilterRowsByColumn(all, Dataset.TestColumn, upperBound: 0.5),
            Test: ml.Data.FilterRowsByColumn(all, Dataset.TestColumn, lowerBound: 0.5));
        Page.Line(
            $"{Count(events, data.UserColumn):N0} events of {Count(all, data.UserColumn):N0} users, "
            + $"{Count(users.Test, data.UserColumn):N0} of them for testing; {Count(data.Items(ml), data.ItemColumn):N0} items.");
        return users;
    }

    private static int Count(IDataView view, string column) => view.GetColumn<string>(column).Count();
}
