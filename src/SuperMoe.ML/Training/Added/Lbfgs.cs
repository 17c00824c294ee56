using System.Numerics.Tensors;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// Finds the least value of a smooth convex function by limited-memory BFGS (Liu and Nocedal 1989), with halved steps until the value falls enough (Armijo 1966).
/// </summary>
internal static class Lbfgs
{
    private const int Memory = 10;
    private const int MostSteps = 200;
    private const double Tolerance = 1e-6; // of the value's fall in a step, relative
    private const double Enough = 1e-4; // of the fall that the slope promises

    /// <summary>The value at a point, whose gradient is written.</summary>
    public delegate double Function(double[] point, double[] gradient);

    /// <summary>Moves <paramref name="point"/> to where the function is least.</summary>
    /// <returns>The value there; NaN if the function was NaN or infinite on the way.</returns>
    public static double Minimize(Function function, double[] point)
    {
        double[] gradient = new double[point.Length], direction = new double[point.Length], nextPoint = new double[point.Length], nextGradient = new double[point.Length];
        var past = new Queue<(double[] Step, double[] Turn, double Product)>(Memory);
        var value = function(point, gradient);
        for (var step = 0; step < MostSteps && double.IsFinite(value); step++)
        {
            Direct(gradient, past, direction);
            var slope = TensorPrimitives.Dot<double>(gradient, direction);
            if (!(slope < 0)) { return value; }
            var size = past.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(-slope)) : 1;
            var next = Search(size, slope);
            if (next is not { } reached) { return value; }
            double[] moved = new double[point.Length], turned = new double[point.Length];
            TensorPrimitives.Subtract<double>(nextPoint, point, moved);
            TensorPrimitives.Subtract<double>(nextGradient, gradient, turned);
            var product = TensorPrimitives.Dot<double>(moved, turned);
            if (past.Count == Memory) { past.Dequeue(); }
            if (product > 0) { past.Enqueue((moved, turned, product)); }
            nextPoint.CopyTo(point, 0);
            (gradient, nextGradient) = (nextGradient, gradient);
            var fall = value - reached;
            value = reached;
            if (fall <= Tolerance * Math.Max(1e-6, Math.Abs(value))) { return value; }
        }
        return value;

        double? Search(double size, double slope)
        {
            for (var half = 0; half < 40; half++, size /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, size, point, nextPoint);
                var reached = function(nextPoint, nextGradient);
                if (reached <= value + (Enough * size * slope)) { return reached; }
            }
            return null;
        }
    }

    // The gradient times an approximation of the inverse Hessian, negated: the two loops of Nocedal (1980).
    private static void Direct(double[] gradient, Queue<(double[] Step, double[] Turn, double Product)> past, double[] direction)
    {
        TensorPrimitives.Negate<double>(gradient, direction);
        var all = past.ToArray();
        var shares = new double[all.Length];
        for (var i = all.Length - 1; i >= 0; i--)
        {
            shares[i] = TensorPrimitives.Dot<double>(all[i].Step, direction) / all[i].Product;
            TensorPrimitives.MultiplyAdd(all[i].Turn, -shares[i], direction, direction);
        }
        if (all.Length > 0) { TensorPrimitives.Multiply(direction, all[^1].Product / TensorPrimitives.Dot<double>(all[^1].Turn, all[^1].Turn), direction); }
        for (var i = 0; i < all.Length; i++)
        {
            var share = TensorPrimitives.Dot<double>(all[i].Turn, direction) / all[i].Product;
            TensorPrimitives.MultiplyAdd(all[i].Step, shares[i] - share, direction, direction);
        }
    }
}
