using Microsoft.ML;
using Quickstart.Rendering;

namespace Quickstart.Steps;

/// <summary>Which experts the tokens of events and of tasks are sent to.</summary>
internal static class Experts
{
    public static void Show(ITransformer model)
    {
        foreach (var load in model.FindSuperMoe()!.Report!.ExpertLoads)
        {
            ExpertTable.Show(load);
        }

        Page.Note("A row is how the tokens of one kind are spread over the experts of a block; darker is more.");
    }
}
