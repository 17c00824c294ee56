using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The pipeline from a protocol's rows to the predictions of some of its tasks.</summary>
internal sealed class MultiTaskPipeline(MLContext ml, IMultiTaskProtocol protocol, Recipe recipe, double validation)
{
    /// <summary>The untrained pipeline.</summary>
    /// <param name="tasks">The tasks to train.</param>
    /// <param name="limit">The time limit of the training.</param>
    /// <param name="progress">Who hears of it.</param>
    public EstimatorChain<SuperMoeTransformer> Create(IReadOnlyList<SuperMoeTask> tasks, TimeSpan limit, IProgress<TrainingProgress> progress) =>
        new EstimatorChain<ITransformer>().Append(protocol.Keys(ml)).Append(ml.Transforms.SuperMoe(Options(tasks, limit, progress)));

    /// <summary>What the pipeline's model reads, trains and writes.</summary>
    public SuperMoeOptions Options(IReadOnlyList<SuperMoeTask> tasks, TimeSpan limit, IProgress<TrainingProgress> progress)
    {
        var options = protocol.Columns(ml);
        options.Tasks = [.. tasks];
        options.Model = recipe.Model();
        options.Training = recipe.Training(limit, progress);
        options.Training.ValidationFraction = validation;
        options.Training.LeaveLastEventOut = tasks.Any(t => t is NextItemTask);
        return options;
    }
}
