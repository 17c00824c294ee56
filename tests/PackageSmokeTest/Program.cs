// Compiled by .ci/run in a fresh app outside the repository, against the packed package.
using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML;
using TorchSharp;

// TorchSharp first, on purpose: the package must have loaded the natives before any of its own types is used.
using (var product = torch.ones(2, 3).matmul(torch.ones(3, 4)))
{
    Check(product.sum().item<float>() == 24f, "torch computes");
}

TorchNatives.EnsureLoaded();
Check(true, "natives are loaded");

var options = new SuperMoeOptions { ItemColumn = "Item", Tasks = [new NextItemTask(), new BinaryTask("Churned")] };
Check(options.Tasks.Count == 2, "options are made");

var ml = new MLContext(seed: 1);
IDataView events = ml.Data.LoadFromEnumerable(
    [new Event { User = "a", Time = 2, Item = "y" }, new Event { User = "b", Time = 1, Item = "x" }, new Event { User = "a", Time = 1, Item = "x" }]);
// Reaches ML.NET's environment, which is internal to it.
IDataView users = ml.Data.GroupIntoSequences(events, new SequenceOptions { UserColumn = "User", TimeColumn = "Time", SequenceColumns = ["Item"] });
var items = users.GetColumn<string[]>("Item").ToList();
Check(items.Count == 2 && items[0].SequenceEqual(["x", "y"]) && items[1].SequenceEqual(["x"]), "events become sequences");

Console.WriteLine("package smoke test passed");

static void Check(bool holds, string what)
{
    if (!holds) { throw new InvalidOperationException($"Failed: {what}"); }
    Console.WriteLine($"ok: {what}");
}

internal sealed class Event
{
    public string User { get; set; } = "";

    public long Time { get; set; }

    public string Item { get; set; } = "";
}
