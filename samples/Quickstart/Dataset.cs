using Microsoft.ML;
using Quickstart.Labels;
using SuperMoe.ML;

namespace Quickstart;

/// <summary>What a story is told about: the views, the names of their columns, the labels, and who is scored at the end.</summary>
internal abstract class Dataset
{
    /// <summary>The name of the profile column that is 1 for test users, 0 for the others.</summary>
    public const string TestColumn = "IsTest";

    public abstract string Name { get; }

    /// <summary>What a reader should know before the figures, in a sentence or two.</summary>
    public abstract string About { get; }

    public abstract string UserColumn { get; }

    public abstract string TimeColumn { get; }

    public abstract string ItemColumn { get; }

    /// <summary>The columns of the events that become sequences, the item column among them.</summary>
    public abstract IReadOnlyList<string> SequenceColumns { get; }

    /// <summary>What <see cref="Preparation"/> makes of the user features, for the model and for the baselines; null if there are none.</summary>
    public virtual string? ProfileColumn => null;

    /// <summary>The labels that the model learns, besides the next item.</summary>
    public abstract IReadOnlyList<Label> Labels { get; }

    /// <summary>A label that the model is never shown.</summary>
    public abstract Label Unseen { get; }

    /// <summary>One row an event.</summary>
    public abstract IDataView Events(MLContext ml);

    /// <summary>One row a user: the label columns, hidden for test users; the truths; features.</summary>
    public abstract IDataView Profiles(MLContext ml);

    /// <summary>One row an item: the item column and key or number columns.</summary>
    public abstract IDataView Items(MLContext ml);

    /// <summary>What comes before the model in the pipeline: keys, features.</summary>
    public abstract IEstimator<ITransformer> Preparation(MLContext ml);

    /// <summary>What comes after it: keys turned back into text.</summary>
    public abstract IEstimator<ITransformer> Finish(MLContext ml);

    /// <summary>The model's options; columns, tasks and progress are set by the story.</summary>
    public abstract SuperMoeOptions Options();

    /// <summary>Scores a user of flesh and blood with a prediction engine, and says what it foretells.</summary>
    public abstract void ScoreOne(MLContext ml, ITransformer model);
}
