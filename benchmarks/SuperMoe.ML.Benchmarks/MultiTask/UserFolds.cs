namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Folds of users by their ids.</summary>
internal static class UserFolds
{
    /// <summary>The fold of a user.</summary>
    public static int Of(int id) => id % MultiTaskSettings.AllFolds;

    /// <summary>Checks, before the first fold is trained, that each has users.</summary>
    /// <exception cref="DataFileException">A fold has none.</exception>
    public static void Check(string folder, IEnumerable<int> ids, int folds)
    {
        var users = ids.Select(Of).ToHashSet();
        var empty = Enumerable.Range(0, folds).Where(fold => !users.Contains(fold)).ToList();
        if (empty.Count > 0)
        {
            throw new DataFileException($"{folder} has no users whose user_id mod {MultiTaskSettings.AllFolds} is {string.Join(" or ", empty)}; every fold needs some.");
        }
    }
}
