namespace SuperMoe.ML.Evaluation;

/// <summary>How well logits tell yes from no.</summary>
/// <param name="Count">The number of labels that are present.</param>
/// <param name="Auc">
/// The area under the ROC curve: the chance that a random yes is scored above a random no, an equal score counting half (Hanley and McNeil
/// 1982). NaN unless both are present.
/// </param>
/// <param name="LogLoss">The mean of -log of the probability given to the label, in nats. NaN without labels.</param>
/// <param name="Accuracy">The share of labels on whose side of 0 the logit is, 0 being no, as ML.NET decides. NaN without labels.</param>
internal sealed record BinaryEvaluation(int Count, double Auc, double LogLoss, double Accuracy)
{
    /// <summary>Compares logits with labels; a logit that is NaN makes every figure NaN.</summary>
    /// <param name="logits">One score a user.</param>
    /// <param name="labels">One label a user: above 0 is yes, 0 or less is no, NaN is missing.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static BinaryEvaluation Of(ReadOnlySpan<float> logits, ReadOnlySpan<float> labels)
    {
        Labels.CheckLengths(logits.Length, labels.Length);
        var scores = new List<float>(labels.Length);
        var isYes = new List<bool>(labels.Length);
        double loss = 0;
        var correct = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (float.IsNaN(labels[i])) { continue; }
            var yes = labels[i] > 0;
            scores.Add(logits[i]);
            isYes.Add(yes);
            loss += SoftPlus(yes ? -(double)logits[i] : logits[i]);
            if (logits[i] > 0 == yes) { correct++; }
        }
        double count = scores.Count;
        return scores.Exists(float.IsNaN)
            ? new BinaryEvaluation(scores.Count, double.NaN, double.NaN, double.NaN)
            : new BinaryEvaluation(scores.Count, AreaUnderCurve([.. scores], [.. isYes]), loss / count, correct / count);
    }

    /// <summary>log(1 + e^x) without overflow: -log of the probability of the other side of logit x.</summary>
    private static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>
    /// The Mann-Whitney statistic from the ranks of the positives, equal scores sharing the mean of their ranks. Ranks are doubled, so that
    /// all sums are whole numbers.
    /// </summary>
    private static double AreaUnderCurve(float[] scores, bool[] isYes)
    {
        Array.Sort(scores, isYes);
        long positives = 0;
        Int128 doubledRanks = 0;
        for (int start = 0, end; start < scores.Length; start = end)
        {
            long tiedPositives = 0;
            for (end = start; end < scores.Length && scores[end] == scores[start]; end++)
            {
                if (isYes[end]) { tiedPositives++; }
            }
            positives += tiedPositives;
            doubledRanks += (Int128)tiedPositives * ((long)start + 1 + end); // twice the mean of ranks start + 1 .. end
        }
        var negatives = scores.Length - positives;
        if (positives == 0 || negatives == 0) { return double.NaN; }
        var doubledWins = doubledRanks - ((Int128)positives * (positives + 1));
        return (double)doubledWins / (2.0 * positives * negatives);
    }
}
