using System.Numerics.Tensors;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Minimizes a smooth convex function of many numbers by limited-memory BFGS (Liu and Nocedal 1989), halving steps until they descend enough (Armijo 1966).</summary>
internal static class Lbfgs
{
    private const int Memory = 6;
    private const int MostHalvings = 30;
    private const double Descent = 1e-4;

    /// <summary>The function's value at a point, and its slope there.</summary>
    public delegate double Function(ReadOnlySpan<double> at, Span<double> slope);

    /// <summary>The point where the function is smallest.</summary>
    /// <param name="function">The function.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="steps">The most steps.</param>
    /// <param name="tolerance">The change of the value, as a share of it or, below 1, of 1, from which on a step is the last.</param>
    public static double[] Minimize(Function function, ReadOnlySpan<double> start, int steps = 100, double tolerance = 1e-5)
    {
        double[] at = start.ToArray(), next = new double[at.Length], slope = new double[at.Length], nextSlope = new double[at.Length], way = new double[at.Length];
        var pairs = new List<(double[] Move, double[] Turn, double Product)>();
        var value = function(at, slope);
        for (var step = 0; step < steps; step++)
        {
            Direction(slope, pairs, way);
            var descent = TensorPrimitives.Dot<double>(slope, way);
            if (!(descent < 0)) { break; } // at the bottom
            var (length, reached) = (1.0, double.NaN);
            for (var halving = 0; halving < MostHalvings; halving++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(way, length, at, next);
                reached = function(next, nextSlope);
                if (reached <= value + (Descent * length * descent)) { break; }
            }
            if (!(reached < value)) { break; }
            Remember(pairs, at, next, slope, nextSlope);
            var change = value - reached;
            (at, next, slope, nextSlope, value) = (next, at, nextSlope, slope, reached);
            if (change <= tolerance * Math.Max(1, Math.Abs(value))) { break; }
        }
        return at;
    }

    // The two loops: minus the slope, turned by what the last moves told of the curvature.
    private static void Direction(double[] slope, List<(double[] Move, double[] Turn, double Product)> pairs, double[] way)
    {
        TensorPrimitives.Negate<double>(slope, way);
        if (pairs.Count == 0)
        {
            TensorPrimitives.Divide(way, Math.Max(1e-12, TensorPrimitives.Norm<double>(slope)), way);
            return;
        }
        var shares = new double[pairs.Count];
        for (var p = pairs.Count - 1; p >= 0; p--)
        {
            shares[p] = TensorPrimitives.Dot<double>(pairs[p].Move, way) / pairs[p].Product;
            TensorPrimitives.MultiplyAdd(pairs[p].Turn, -shares[p], way, way);
        }
        TensorPrimitives.Multiply(way, pairs[^1].Product / TensorPrimitives.Dot<double>(pairs[^1].Turn, pairs[^1].Turn), way);
        for (var p = 0; p < pairs.Count; p++)
        {
            TensorPrimitives.MultiplyAdd(pairs[p].Move, shares[p] - (TensorPrimitives.Dot<double>(pairs[p].Turn, way) / pairs[p].Product), way, way);
        }
    }

    private static void Remember(List<(double[] Move, double[] Turn, double Product)> pairs, double[] at, double[] next, double[] slope, double[] nextSlope)
    {
        double[] move = new double[at.Length], turn = new double[at.Length];
        TensorPrimitives.Subtract<double>(next, at, move);
        TensorPrimitives.Subtract<double>(nextSlope, slope, turn);
        var product = TensorPrimitives.Dot<double>(move, turn);
        if (product <= 1e-12 * TensorPrimitives.Dot<double>(turn, turn)) { return; } // no curvature to be seen
        if (pairs.Count == Memory) { pairs.RemoveAt(0); }
        pairs.Add((move, turn, product));
    }
}
