#!/usr/bin/env -S dotnet run -c Release
// Tries some options, keeps the model with the best validation score, and saves it: dotnet run -c Release samples/scripts/search.cs -- [trials] [seed]
// .NET's ahead-of-time compiler and ML.NET do not go together.
#:property PublishAot=false
#:property UsesLibtorch=true
#:project ../../src/SuperMoe.ML/SuperMoe.ML.csproj

using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML;

var trials = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 6;
var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;

var ml = new MLContext(seed);
var shop = ShopSimulator.Simulate(new ShopOptions { Users = 1000, Seed = seed });
var users = ml.Data.GroupIntoSequences(
    ml.Data.LoadFromEnumerable(shop.Events),
    new SequenceOptions { UserColumn = "UserId", TimeColumn = "Time", SequenceColumns = ["ProductId", "Category"], HoldOutLast = 1 },
    ml.Data.LoadFromEnumerable(shop.Users));
var split = ml.Data.TrainTestSplit(users, testFraction: 0.2, seed: seed);

// Every trial validates on the same users, because the seed of training is the same: their scores can be compared.
var random = new Random(seed);
(double Score, ITransformer? Model, SuperMoeOptions? Options) best = (double.NegativeInfinity, null, null);
for (var trial = 1; trial <= trials; trial++)
{
    var options = Draw(random);
    var model = Pipeline(options).Fit(split.TrainSet);
    var report = model.FindSuperMoe()!.Report!;
    var score = report.Epochs[report.BestEpoch - 1].ValidationScore;
    Console.WriteLine(Describe(trial, options, report, score));
    if (score > best.Score)
    {
        best.Model?.FindSuperMoe()?.Dispose();
        best = (score, model, options);
    }
    else
    {
        model.FindSuperMoe()?.Dispose();
    }
}

if (best.Model is null)
{
    Console.WriteLine("No trial, no model.");
    return 1;
}

// The test users took no part in the choice.
var scored = best.Model.Transform(split.TestSet);
var gender = ml.MulticlassClassification.Evaluate(scored, "Gender", "Gender.Score", predictedLabelColumnName: "Gender.PredictedLabel");
var next = ml.Ranking.EvaluateNextItem(best.Model, split.TestSet, "ProductId.HeldOut");
Console.WriteLine($"best on test users: gender accuracy {gender.MicroAccuracy:F3}, NDCG@10 {next.Ndcg[10]:F4}");

var path = Path.Combine(Path.GetTempPath(), "supermoe-search.zip");
ml.Model.Save(best.Model, split.TrainSet.Schema, path);
Console.WriteLine($"saved as {path}");
return 0;

SuperMoeOptions Draw(Random draw) => new()
{
    ItemColumn = "ProductId",
    SequenceColumns = ["Category"],
    TimeColumn = "Time",
    Tasks = [new NextItemTask(), new MulticlassTask("Gender"), new RegressionTask("Age"), new BinaryTask("Churned")],
    Model = new SuperMoeModelOptions
    {
        HiddenSize = Pick(draw, 32, 64),
        Blocks = Pick(draw, 1, 2),
        Dropout = Pick(draw, 0.1, 0.2, 0.4),
        Moe = new MoeOptions { Experts = Pick(draw, 4, 8), SharedExpert = Pick(draw, false, true) },
    },
    Training = new TrainingOptions { Seed = seed, Epochs = 10, LearningRate = Math.Pow(10, -3.3 + (0.8 * draw.NextDouble())), Patience = 3 },
};

IEstimator<ITransformer> Pipeline(SuperMoeOptions options) =>
    ml.Transforms.Conversion.MapValueToKey("ProductId")
        .Append(ml.Transforms.Conversion.MapValueToKey("Category"))
        .Append(ml.Transforms.Conversion.MapValueToKey("Gender"))
        .Append(ml.Transforms.SuperMoe(options));

static T Pick<T>(Random draw, params T[] choices) => choices[draw.Next(choices.Length)];

static string Describe(int trial, SuperMoeOptions options, TrainingReport report, double score) => string.Create(
    CultureInfo.InvariantCulture,
    $"trial {trial}: score {score:F4}  hidden {options.Model.HiddenSize}, blocks {options.Model.Blocks}, dropout {options.Model.Dropout}, " +
    $"experts {options.Model.Moe.Experts}{(options.Model.Moe.SharedExpert ? " and a shared one" : "")}, " +
    $"rate {options.Training.LearningRate:G2}  ({report.Parameters:N0} weights, {report.Seconds:F0} s)");
