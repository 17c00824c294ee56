namespace SuperMoe.ML.Training.Added;

/// <summary>The labelled users in parts of like size, each class spread evenly over them.</summary>
internal static class LabelFolds
{
    /// <summary>Deals users out, class by class, in random order.</summary>
    /// <param name="labels">Per user; NaN is missing.</param>
    /// <param name="users">The number of users; there may be more room than that.</param>
    /// <param name="byClass">Whether labels are classes.</param>
    /// <param name="folds">The most parts; there are fewer if a part would have fewer than two users, and one where nothing can be held out.</param>
    /// <param name="random">Decides who is where.</param>
    public static int[][] Of(float[] labels, int users, bool byClass, int folds, Random random)
    {
        int[] labelled = [.. Enumerable.Range(0, users).Where(u => !float.IsNaN(labels[u]))];
        random.Shuffle(labelled);
        if (byClass) { labelled = [.. labelled.OrderBy(u => labels[u])]; } // stable: in a class the order stays random
        folds = Math.Clamp(labelled.Length / 2, 1, folds);
        return [.. Enumerable.Range(0, folds).Select(f => labelled.Where((_, place) => place % folds == f).ToArray())];
    }
}
