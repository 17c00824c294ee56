namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>
/// Yu et al. 2020, algorithm 1: from each task's gradient its projection on every other one that it conflicts with is taken, in random order. What comes out is
/// a combination of the gradients, so that scalar products suffice to find its coefficients. Heads, which are a task's own, learn by the task's weight.
/// </summary>
internal sealed class PCGrad(double[] weights, int seed) : ITaskBalancer
{
    private readonly Random _random = new(seed);

    public double[]? Ahead => null;

    public TaskScales Weigh(TaskSignals signals)
    {
        int[] present = [.. Enumerable.Range(0, weights.Length).Where(t => signals.Present[t])];
        var sum = new double[weights.Length];
        foreach (var i in present)
        {
            var own = new double[weights.Length]; // the task's gradient, by coefficients of all
            own[i] = 1;
            var others = present.Where(t => t != i).ToArray();
            _random.Shuffle(others);
            foreach (var j in others)
            {
                var product = present.Sum(t => own[t] * signals.Products[t, j]);
                if (product < 0 && signals.Products[j, j] > 0) { own[j] -= product / signals.Products[j, j]; }
            }
            foreach (var t in present) { sum[t] += weights[i] * own[t]; }
        }
        return new TaskScales(sum, weights);
    }

    public void EndEpoch(IReadOnlyList<double> losses)
    {
    }
}
