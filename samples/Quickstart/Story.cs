using Microsoft.ML;
using Quickstart.Rendering;
using Quickstart.Steps;

namespace Quickstart;

/// <summary>From events to predictions; each chapter is a file in <c>Steps</c>.</summary>
internal static class Story
{
    public static void Tell(Dataset data, int seed)
    {
        var ml = new MLContext(seed);
        Page.Title(data.Name);

        Page.Chapter("1", "Events become sequences");
        var users = Grouping.Group(ml, data);

        Page.Chapter("2", "One model learns every task at once");
        var model = Training.Fit(ml, data, users);

        Page.Chapter("3", "How good is it, beside simpler ways?");
        Judging.Compare(ml, data, users, model, seed);

        Page.Chapter("4", "Which experts work for which task?");
        Experts.Show(model);

        Page.Chapter("5", "The embedding, for a label that the model never saw");
        UnseenLabel.Compare(ml, data, users, model, seed);

        Page.Chapter("6", "Saved, loaded, and one user scored");
        SavingAndScoring.Demonstrate(data, users, model);
    }
}
