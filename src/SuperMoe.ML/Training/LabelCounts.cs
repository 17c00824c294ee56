using SuperMoe.ML.Data;

namespace SuperMoe.ML.Training;

/// <summary>How many labels the tasks have that training sees.</summary>
internal static class LabelCounts
{
    /// <summary>Per task, (its labels / those of the task that has most)^<see cref="TrainingOptions.LabelCountExponent"/>; 1 for a task without any, which nothing is multiplied by.</summary>
    public static double[] Shares(TrainingRequest request, UserSplit split)
    {
        double[] counts = Of(request, split);
        var most = counts.Max();
        return [.. counts.Select(c => c > 0 ? Math.Pow(c / most, request.Training.LabelCountExponent) : 1)];
    }

    /// <summary>Per task, its labels.</summary>
    public static double[] Of(TrainingRequest request, UserSplit split) =>
        [.. request.Tasks.Select((task, t) => task is NextItemTask ? Events(request.Data, split) : Labels(request.Data, split, t))];

    // Each event but a user's first that has an item, of long sequences too, of which an epoch predicts the latest.
    private static double Events(BehaviorDataset data, UserSplit split)
    {
        var count = 0L;
        for (var user = 0; user < data.Count; user++)
        {
            var events = data.Items.AsSpan(data.Offsets[user], split.TrainingLength(user));
            if (events.Length > 1) { count += events.Length - 1 - events[1..].Count(0); }
        }
        return count;
    }

    private static double Labels(BehaviorDataset data, UserSplit split, int task)
    {
        var (labels, candidates) = (data.Labels[task]!, data.Candidates[task]);
        return Enumerable.Range(0, data.Count).Count(u => !split.IsValidation(u) && !float.IsNaN(labels[u]) && (candidates is null || candidates[u] != 0));
    }
}
