// Compiled by .ci/run in a fresh app outside the repository, against the packed package.
using System.Diagnostics;
using System.Globalization;
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

// A model is trained and saved here, and loaded by a process that has only ML.NET's own Load to find SuperMoe by.
if (args is ["score", var path, var expected])
{
    Check(Churn(ml, ml.Model.Load(path, out _)) == expected, "another process loads the model and scores the same");
    return;
}

var history = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(u => new User { Item = ["x", u % 2 == 0 ? "y" : "z"], Churned = u % 2 == 0 }));
options = SuperMoeOptions.Tiny();
options.ItemColumn = "Item";
options.Tasks = [new NextItemTask { TopK = 2 }, new BinaryTask("Churned")];
var model = ml.Transforms.Conversion.MapValueToKey("Item").Append(ml.Transforms.SuperMoe(options)).Fit(history);
var file = Path.Combine(Path.GetTempPath(), $"supermoe-{Guid.NewGuid():N}.zip");
try
{
    ml.Model.Save(model, history.Schema, file);
    using var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], "score", file, Churn(ml, model)]))!;
    other.WaitForExit();
    Check(other.ExitCode == 0, "a model is trained, saved, and loaded elsewhere");
}
finally
{
    File.Delete(file);
}

Console.WriteLine("package smoke test passed");

static string Churn(MLContext ml, ITransformer model)
{
    using var engine = ml.Model.CreatePredictionEngine<User, Forecast>(model);
    return engine.Predict(new User { Item = ["x", "y"] }).Churn.ToString("R", CultureInfo.InvariantCulture);
}

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

internal sealed class User
{
    public string[] Item { get; set; } = [];

    public bool Churned { get; set; }
}

internal sealed class Forecast
{
    [ColumnName("Churned.Score")]
    public float Churn { get; set; }
}
