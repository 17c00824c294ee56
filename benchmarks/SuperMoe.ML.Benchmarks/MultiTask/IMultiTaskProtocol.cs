using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Probe;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Data with several tasks, and how they are learned and judged: folds of users, a view to train on and one to judge for each.</summary>
internal interface IMultiTaskProtocol
{
    /// <summary>What the reader of the output should know, line by line.</summary>
    IReadOnlyList<string> About { get; }

    /// <summary>Sizes of the data, for the JSON line.</summary>
    IReadOnlyDictionary<string, object?> Facts { get; }

    /// <summary>The column of next items in the view to judge.</summary>
    string Target { get; }

    /// <summary>All tasks; the names of those with labels are the names of their columns.</summary>
    IReadOnlyList<SuperMoeTask> Tasks(NextItemTask nextItem);

    /// <summary>Rows to train the model of a fold on.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="fold">The fold, whose users' labels are missing.</param>
    /// <param name="nextItem">Whether the next item is among the tasks: then some events are targets, and rows of labels end in missing ones.</param>
    IDataView Training(MLContext ml, int fold, bool nextItem);

    /// <summary>Rows to judge the model of a fold by, with their labels.</summary>
    IDataView Test(MLContext ml, int fold);

    /// <summary>What makes keys of items and classes; all there are, not those that a fold happens to show.</summary>
    IEstimator<ITransformer> Keys(MLContext ml);

    /// <summary>The columns of the events and the items' attributes; tasks, model and training are not set.</summary>
    SuperMoeOptions Columns(MLContext ml);

    /// <summary>Runs simpler methods on the same folds.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="seed">Their seed.</param>
    /// <param name="tasks">The tasks to run them for.</param>
    /// <param name="cutoffs">The lengths of lists of next items.</param>
    /// <param name="board">Where the figures go.</param>
    void Baselines(MLContext ml, int seed, IReadOnlySet<string> tasks, int[] cutoffs, Scoreboard board);

    /// <summary>The tasks that are trained, unless told otherwise, for an embedding that is asked about others.</summary>
    IReadOnlyList<string> ProbeTraining { get; }

    /// <summary>The users to ask an embedding about, which is of a model trained on fold 0's rows without their labels.</summary>
    ProbeSet Probe(MLContext ml);
}
