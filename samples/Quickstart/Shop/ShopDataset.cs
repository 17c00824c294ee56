using Microsoft.ML;
using Quickstart.Labels;
using Quickstart.Rendering;
using SuperMoe.ML;

namespace Quickstart.Shop;

/// <summary>A simulated shop.</summary>
internal sealed class ShopDataset(ShopOptions options) : Dataset
{
    private readonly SuperMoe.ML.Shop _shop = ShopSimulator.Simulate(options);

    public override string Name => "A small shop, simulated";

    public override string About =>
        "Latent tastes drive what users buy, who they are and whether they stay; docs/simulator.md has the model. "
        + "Gender, age and churn of every fifth user are hidden in training, and everyone's last purchase.";

    public override string UserColumn => nameof(ShopEvent.UserId);

    public override string TimeColumn => nameof(ShopEvent.Time);

    public override string ItemColumn => nameof(ShopEvent.ProductId);

    public override IReadOnlyList<string> SequenceColumns => [nameof(ShopEvent.ProductId), nameof(ShopEvent.Category), nameof(ShopEvent.Price)];

    public override string ProfileColumn => "Profile";

    public override IReadOnlyList<Label> Labels =>
        [new MulticlassLabel(nameof(ShopUser.Gender)), new RegressionLabel(nameof(ShopUser.Age)), new BinaryLabel(nameof(ShopUser.Churned))];

    public override Label Unseen => new MulticlassLabel(nameof(ShopUser.Segment));

    public override IDataView Events(MLContext ml) => ml.Data.LoadFromEnumerable(_shop.Events);

    public override IDataView Profiles(MLContext ml) => ml.Data.LoadFromEnumerable(_shop.Users.Select(ShopUserRow.From));

    public override IDataView Items(MLContext ml)
    {
        var items = ml.Data.LoadFromEnumerable(_shop.Items);
        return ml.Transforms.Conversion.MapValueToKey(nameof(ShopItem.Category))
            .Append(ml.Transforms.Conversion.MapValueToKey(nameof(ShopItem.Brand)))
            .Append(ml.Transforms.Conversion.MapValueToKey(nameof(ShopItem.Tags)))
            .Fit(items).Transform(items);
    }

    public override IEstimator<ITransformer> Preparation(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey(nameof(ShopEvent.ProductId))
            .Append(ml.Transforms.Conversion.MapValueToKey(nameof(ShopEvent.Category)))
            .Append(ml.Transforms.Conversion.MapValueToKey(nameof(ShopUser.Gender)))
            .Append(ml.Transforms.Categorical.OneHotEncoding(nameof(ShopUser.Region)))
            .Append(ml.Transforms.NormalizeMeanVariance(nameof(ShopUser.AccountAgeDays)))
            .Append(ml.Transforms.Concatenate("Profile", nameof(ShopUser.Region), nameof(ShopUser.AccountAgeDays)));

    public override IEstimator<ITransformer> Finish(MLContext ml) =>
        ml.Transforms.Conversion.MapKeyToValue("NextItem.Names", "NextItem.PredictedLabel")
            .Append(ml.Transforms.Conversion.MapKeyToValue("Gender.Name", "Gender.PredictedLabel"));

    public override SuperMoeOptions Options() => new()
    {
        Training = new TrainingOptions { Epochs = 8, Patience = 3, TimeLimit = TimeSpan.FromSeconds(100) },
    };

    public override void ScoreOne(MLContext ml, ITransformer model)
    {
        // A test user: the model has never seen the labels that it foretells here.
        var user = _shop.Users[0];
        var history = _shop.Events.Where(purchase => purchase.UserId == user.UserId).ToList();
        using var engine = ml.Model.CreatePredictionEngine<ShopVisitor, ShopForecast>(model);
        var forecast = engine.Predict(new ShopVisitor
        {
            ProductId = [.. history.Select(purchase => purchase.ProductId)],
            Category = [.. history.Select(purchase => purchase.Category)],
            Price = [.. history.Select(purchase => purchase.Price)],
            Time = [.. history.Select(purchase => purchase.Time)],
            Region = user.Region,
            AccountAgeDays = user.AccountAgeDays,
        });

        var items = _shop.Items.ToDictionary(item => item.ProductId);
        Page.Line($"User {user.UserId}, {history.Count} purchases, the last in {string.Join(", ", history.TakeLast(4).Select(e => e.Category))}.");
        UserTable.Show(
            [
                ("gender", forecast.Gender, user.Gender),
                ("age", $"{forecast.Age:F0}", $"{user.Age:F0}"),
                ("leaves", $"{forecast.Churn:P0}", user.Churned ? "yes" : "no"),
                ("embedding", $"{forecast.Embedding.Length} numbers", ""),
            ],
            [.. forecast.NextItems.Zip(forecast.NextItemScores, (id, score) => ($"{id}  {items[id].Category} by {items[id].Brand}", score))]);
    }
}
