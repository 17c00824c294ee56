namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>
/// Student's t distribution for whole degrees of freedom, by its finite sums in the angle atan(t / sqrt(v)) (Abramowitz and Stegun 1964, 26.7.3
/// and 26.7.4).
/// </summary>
internal static class StudentT
{
    /// <summary>The t that |T| stays below with the probability <paramref name="confidence"/>.</summary>
    /// <param name="confidence">Above 0, below 1.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double CriticalValue(double confidence, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        double low = 0, high = Math.PI / 2;
        while (low + ((high - low) / 2) is var angle && angle > low && angle < high)
        {
            if (Central(angle, degrees) < confidence) { low = angle; }
            else { high = angle; }
        }
        return Math.Sqrt(degrees) * Math.Tan(low);
    }

    /// <summary>P(|T| &lt; sqrt(v) tan(angle)).</summary>
    private static double Central(double angle, int degrees)
    {
        var square = Math.Cos(angle) * Math.Cos(angle);
        var odd = degrees % 2;
        double term = 1, sum = 0;
        for (var power = odd; power <= degrees - 2; power += 2)
        {
            sum += term;
            term *= square * (power + 1) / (power + 2);
        }
        return odd == 1
            ? 2 / Math.PI * (angle + (Math.Sin(angle) * Math.Cos(angle) * sum))
            : Math.Sin(angle) * sum;
    }
}
