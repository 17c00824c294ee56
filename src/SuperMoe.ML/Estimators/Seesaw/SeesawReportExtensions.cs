using SuperMoe.ML;
using SuperMoe.ML.Estimators.Seesaw;

namespace Microsoft.ML;

/// <summary>Seesaw reports as views, to save, to plot, or to read as a DataFrame.</summary>
public static class SeesawReportExtensions
{
    /// <summary>
    /// One row a comparison and task: <c>Contestant</c>, <c>Task</c>, <c>Metric</c>, <c>HigherIsBetter</c>, <c>Alone</c>, <c>Joint</c>,
    /// <c>Difference</c>, <c>DifferenceLower</c>, <c>DifferenceUpper</c>, <c>DifferenceOverUsersLower</c>, <c>DifferenceOverUsersUpper</c>, <c>RelativeGain</c>, <c>RelativeGainLower</c>,
    /// <c>RelativeGainUpper</c>, <c>Verdict</c>, <c>VerdictOverUsers</c>. Numbers are Double; see <see cref="SeesawTask"/>.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="mlContext">The context of the view.</param>
    /// <returns>The view.</returns>
    public static IDataView ToDataView(this SeesawReport report, MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(mlContext);
        return mlContext.Data.LoadFromEnumerable(report.Comparisons.SelectMany(c => c.Tasks.Select(t => SeesawTaskRow.Of(c, t))).ToList());
    }

    /// <summary>
    /// One row a run, task and metric: <c>Contestant</c>, <c>Tasks</c> (how many were trained), <c>Seed</c> (Int32), <c>Task</c>, <c>Metric</c>,
    /// <c>Value</c> (Double), <c>Seconds</c> (Double, of the run), <c>Epochs</c>, <c>BestEpoch</c> (Int32) and <c>Reused</c> (Boolean).
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="mlContext">The context of the view.</param>
    /// <returns>The view.</returns>
    public static IDataView RunsToDataView(this SeesawReport report, MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(mlContext);
        return mlContext.Data.LoadFromEnumerable(report.Runs.SelectMany(SeesawRunRow.Of).ToList());
    }
}
