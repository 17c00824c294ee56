using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Tests.Contracts;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Golden;

/// <summary>
/// Models that earlier versions saved are read by this one, and score as they did. A fixture is made once, by a run with SUPERMOE_REWRITE_GOLDEN=1
/// while it does not exist, and never again.
/// </summary>
public sealed class SavedModelTests
{
    private static readonly string[] s_outputs =
    [
        "Embedding", "NextItem.PredictedLabel", "NextItem.Score", "Gender.Score", "Gender.PredictedLabel", "Age.Score", "Churned.Score",
        "Churned.Probability", "Churned.PredictedLabel", "Liked.Score",
    ];

    [Theory]
    [InlineData("model-format-1")]
    [InlineData("model-format-1-wide")] // later: with wide parts, and pooled events in the embedding
    public void A_saved_model_is_read_and_scores_as_it_did(string name)
    {
        var path = GoldenFile.PathOf($"{name}.zip");
        var first = !File.Exists(path) && Environment.GetEnvironmentVariable("SUPERMOE_REWRITE_GOLDEN") == "1";
        if (first) { Save(path); }
        var ml = new MLContext(1);
        var model = ml.Model.Load(path, out _);

        var scored = model.Transform(SampleUsers.View(ml, 6, seed: 9));

        var columns = s_outputs.Select(c => scored.Schema[c]).ToArray();
        GoldenFile.Check($"{name}.txt", Views.Read(scored, columns).SelectMany((row, r) => row.Select((value, c) => $"{r} {s_outputs[c]} {Text(value)}")), 1e-3, first);
    }

    private static void Save(string path)
    {
        var ml = new MLContext(1);
        var users = SampleUsers.View(ml, 60);
        var options = SampleUsers.Options();
        options.Model.HiddenSize = 8;
        options.Model.FeedForwardSize = 8;
        options.Model.MaxLength = 6;
        options.ItemAttributes = Attributes(ml);
        var model = SampleUsers.Keys(ml).Append(ml.Transforms.SuperMoe(options)).Fit(users);
        ml.Model.Save(model, users.Schema, path);
    }

    private static IDataView Attributes(MLContext ml)
    {
        var items = ml.Data.LoadFromEnumerable(SampleUsers.Names.Select((n, i) => new Attribute { Item = n, Brand = $"brand{i % 3}", Price = i }));
        return ml.Transforms.Conversion.MapValueToKey("Brand").Fit(items).Transform(items);
    }

    private static string Text(object value) => value is object[] vector
        ? string.Join(' ', vector.Select(Text))
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private sealed class Attribute
    {
        public string Item { get; set; } = "";

        public string Brand { get; set; } = "";

        public float Price { get; set; }
    }
}
