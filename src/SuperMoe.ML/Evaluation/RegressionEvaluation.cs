namespace SuperMoe.ML.Evaluation;

/// <summary>How far predictions are from numbers, in the labels' own unit.</summary>
/// <param name="Count">The number of labels that are present.</param>
/// <param name="RSquared">
/// The coefficient of determination: 1 - the sum of squared errors / the sum of squared distances of the labels from their own mean; 0 is
/// what predicting that mean gives. NaN if all labels are equal or there are fewer than two.
/// </param>
/// <param name="RootMeanSquaredError">RMSE. NaN without labels.</param>
/// <param name="MeanAbsoluteError">MAE. NaN without labels.</param>
internal sealed record RegressionEvaluation(int Count, double RSquared, double RootMeanSquaredError, double MeanAbsoluteError)
{
    /// <summary>Compares predictions with labels; a prediction that is NaN makes every figure NaN.</summary>
    /// <param name="predictions">One number a user.</param>
    /// <param name="labels">One label a user; NaN is missing.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static RegressionEvaluation Of(ReadOnlySpan<float> predictions, ReadOnlySpan<float> labels)
    {
        Labels.CheckLengths(predictions.Length, labels.Length);
        var (count, mean) = Mean(labels);
        double squared = 0, absolute = 0, spread = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (float.IsNaN(labels[i])) { continue; }
            var error = (double)predictions[i] - labels[i];
            var distance = labels[i] - mean;
            squared += error * error;
            absolute += Math.Abs(error);
            spread += distance * distance;
        }
        var rSquared = spread > 0 ? 1 - (squared / spread) : double.NaN;
        return new RegressionEvaluation(count, rSquared, Math.Sqrt(squared / count), absolute / count); // 0 / 0.0 is NaN, as promised
    }

    private static (int Count, double Mean) Mean(ReadOnlySpan<float> labels)
    {
        var count = 0;
        double mean = 0;
        foreach (var label in labels)
        {
            if (float.IsNaN(label)) { continue; }
            count++;
            mean += (label - mean) / count; // exact where all labels are equal, so that their spread is 0
        }
        return (count, mean);
    }
}
