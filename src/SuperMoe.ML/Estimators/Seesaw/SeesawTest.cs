using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>
/// The users to judge on. Tasks with labels see users' whole behaviour, as <c>Transform</c> shows it to them; the next-item task sees all but the
/// last event, whose item it is to find.
/// </summary>
/// <param name="Users">All of them, with labels.</param>
/// <param name="Next">Those with at least two events, the last of them of a known item, without that event.</param>
/// <param name="Targets">Their last items.</param>
/// <param name="NextPlaces">Their places among <paramref name="Users"/>.</param>
internal sealed record SeesawTest(BehaviorDataset Users, BehaviorDataset Next, int[] Targets, int[] NextPlaces)
{
    /// <summary>Finds the next-item task's users.</summary>
    public static SeesawTest Of(BehaviorDataset users)
    {
        int[] next = [.. Enumerable.Range(0, users.Count).Where(u => users.Length(u) > 1 && Last(users, u) != 0)];
        return new SeesawTest(users, UserSubset.Of(users, next, withoutLast: true), [.. next.Select(u => Last(users, u))], next);
    }

    /// <summary>What stands in the way of judging a task; <see langword="null"/> if nothing does.</summary>
    /// <param name="task">The task.</param>
    /// <param name="place">Its place among the tasks.</param>
    public string? Problem(SuperMoeTask task, int place)
    {
        if (task is NextItemTask) { return Targets.Length > 0 ? null : $"no held-out user has two events, so that '{task.Name}' has no target"; }
        var labels = Users.Labels[place]!.Take(Users.Count).Where(l => !float.IsNaN(l)).Distinct().Take(2).Count();
        if (labels == 0) { return $"no held-out user has a label of the task '{task.Name}'"; }
        return task is BinaryTask && labels == 1 ? $"all labels of the held-out users for the task '{task.Name}' are the same" : null;
    }

    private static int Last(BehaviorDataset users, int user) => users.Items[users.Offsets[user + 1] - 1];
}
