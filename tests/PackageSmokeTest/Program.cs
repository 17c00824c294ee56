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
IDataView rows = ml.Data.LoadFromEnumerable([new Row { User = "a", Item = "x" }]);
Check(rows.Schema.Count == 2, "ML.NET reads rows");

Console.WriteLine("package smoke test passed");

static void Check(bool holds, string what)
{
    if (!holds) { throw new InvalidOperationException($"Failed: {what}"); }
    Console.WriteLine($"ok: {what}");
}

internal sealed class Row
{
    public string User { get; set; } = "";

    public string Item { get; set; } = "";
}
