namespace SuperMoe.ML.Estimators;

/// <summary>The arrays that outputs are written to, used again once readers have given them back.</summary>
/// <param name="tasks">The number of tasks.</param>
internal sealed class ScoreMemory(int tasks)
{
    private const int Readers = 4; // batches of two cursors

    /// <summary>Embeddings, and numbers of tasks.</summary>
    public SpareArrays<float> Numbers { get; } = new(Readers * (1 + tasks));

    /// <summary>Items of the next-item task.</summary>
    public SpareArrays<int> Items { get; } = new(Readers);

    /// <summary>Takes back what was read.</summary>
    public void Return(BatchScores scores)
    {
        Numbers.Return(scores.Embedding);
        foreach (var task in scores.Tasks)
        {
            if (task is null) { continue; }
            Numbers.Return(task.Scores);
            Items.Return(task.Items);
        }
    }
}
