using SuperMoe.ML.Data;

namespace SuperMoe.ML.Training;

/// <summary>
/// The events that labels about a candidate are about, where a user has several rows: a row ends before the candidate's event, and its label says how that went; a longer row of the same user has the event itself.
/// What is counted over such events tells labels that are to be foretold. Rows do not say whose they are, so that an event is known by what it is and by what stands before it.
/// </summary>
internal static class LabelOutcomes
{
    /// <summary>Per event, whether it is the outcome of a label: of the candidate's item, after the same three events, the last of them at the same time.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="labelled">Rows with a label and a candidate.</param>
    /// <param name="candidates">Per row: the candidate.</param>
    public static bool[] Of(BehaviorDataset data, IEnumerable<int> labelled, int[] candidates)
    {
        var outcomes = new HashSet<Place>();
        foreach (var row in labelled)
        {
            var before = default(Place);
            for (var e = data.Offsets[row]; e < data.Offsets[row + 1]; e++) { before = before.Then(data, e); }
            if (before.Last != 0) { outcomes.Add(before with { Item = candidates[row] }); }
        }
        var marks = new bool[data.Items.Length];
        for (var row = 0; row < data.Count; row++)
        {
            var before = default(Place);
            for (var e = data.Offsets[row]; e < data.Offsets[row + 1]; e++)
            {
                marks[e] = outcomes.Contains(before with { Item = data.Items[e] });
                before = before.Then(data, e);
            }
        }
        return marks;
    }

    private readonly record struct Place(int Item, int Last, int Second, int Third, double Time)
    {
        // Missing events are passed over.
        public Place Then(BehaviorDataset data, int e) => data.Items[e] == 0 ? this : new Place(0, data.Items[e], Last, Second, data.Times?[e] ?? 0);
    }
}
