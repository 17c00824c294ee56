using SuperMoe.ML.Tasks;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training.Added;

/// <summary>A model of next item alone, trained and frozen: it tells users of even items from the others.</summary>
public sealed class FrozenShop : IDisposable
{
    public FrozenShop() => Model = Train();

    internal MultiTaskModel Model { get; }

    public void Dispose() => Model.Dispose();

    internal static MultiTaskModel Train(int epochs = 5)
    {
        SuperMoeTask[] tasks = [new NextItemTask()];
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks, users: 200, complete: true));
        request.Training.Epochs = epochs;
        var model = Trainer.Train(request).Model;
        foreach (var parameter in model.parameters()) { parameter.requires_grad_(false); }
        return model;
    }
}
