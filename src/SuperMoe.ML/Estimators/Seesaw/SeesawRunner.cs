using System.Diagnostics;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Trains a planned run as <see cref="SuperMoeEstimator.Fit"/> does, and judges it.</summary>
/// <param name="environment">The MLContext's environment.</param>
/// <param name="engine">What trains.</param>
/// <param name="data">The users.</param>
/// <param name="cancellation">Stops training and judging.</param>
internal sealed class SeesawRunner(IHostEnvironment environment, ISuperMoeEngine engine, SeesawData data, CancellationToken cancellation)
{
    /// <summary>Trains and judges one model, which is given back before this returns.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="progress">Who hears of training.</param>
    public SeesawRun Run(PlannedRun plan, IProgress<TrainingProgress> progress)
    {
        var clock = Stopwatch.StartNew();
        var options = OptionsSnapshot.Of(plan.Options);
        options.Training.Progress = progress;
        options.Training.CancellationToken = cancellation;
        using var model = new SuperMoeEstimator(environment, options, engine).FitUsers(data.TrainingFor(options.Tasks), data.Schema);
        var judged = new SeesawJudge(model.Scorer, options, data, CheckAlive).Measure();
        var report = model.Report!;
        return new SeesawRun(
            plan.Contestant, plan.Tasks, plan.Seed, judged.ToDictionary(j => j.Key, j => j.Value.Whole), clock.Elapsed.TotalSeconds,
            report.Epochs.Count, report.BestEpoch, Reused: false)
        {
            WithoutGroup = judged.ToDictionary(j => j.Key, j => j.Value.WithoutGroup),
        };
    }

    private void CheckAlive()
    {
        Interop.MLNetHost.CheckAlive(environment);
        cancellation.ThrowIfCancellationRequested();
    }
}
