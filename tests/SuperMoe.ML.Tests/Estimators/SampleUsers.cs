using Microsoft.ML;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>Users of two kinds, who buy from two halves of a small catalogue; everything about them follows from their kind.</summary>
internal static class SampleUsers
{
    public const int Items = 12;

    private static readonly string[] s_actions = ["view", "buy"];

    public static IReadOnlyList<UserRow> Rows(int count, int seed = 5)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(u => Row(u, random))];
    }

    public static IDataView View(MLContext ml, int count, int seed = 5) => ml.Data.LoadFromEnumerable(Rows(count, seed));

    /// <summary>The items' names.</summary>
    public static string[] Names => [.. Enumerable.Range(1, Items).Select(i => $"item{i}")];

    /// <summary>Items, candidates and next items to the same keys; actions and genders to keys of their own.</summary>
    public static IEstimator<ITransformer> Keys(MLContext ml)
    {
        var names = ml.Data.LoadFromEnumerable(Names.Select(n => new ItemName { Name = n }));
        return ml.Transforms.Conversion.MapValueToKey([new("Item"), new("Candidate")], keyData: names)
            .Append(ml.Transforms.Conversion.MapValueToKey("Action"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Gender"));
    }

    /// <summary>The same rows with keys.</summary>
    public static IDataView KeyedView(MLContext ml, int count, int seed = 5)
    {
        var view = View(ml, count, seed);
        return Keys(ml).Fit(View(ml, 64)).Transform(view);
    }

    /// <summary>Options that use everything: all kinds of column and of task.</summary>
    public static SuperMoeOptions Options()
    {
        var options = SuperMoeOptions.Tiny();
        options.ItemColumn = "Item";
        options.SequenceColumns = ["Action", "Amount"];
        options.TimeColumn = "Time";
        options.ProfileColumn = "Income";
        options.Tasks =
        [
            new NextItemTask { TopK = 3 },
            new MulticlassTask("Gender"),
            new RegressionTask("Age"),
            new BinaryTask("Churned"),
            new BinaryTask("Liked") { CandidateColumn = "Candidate" },
        ];
        options.Training.Epochs = 2;
        options.ScoringBatchSize = 7;
        return options;
    }

    private static UserRow Row(int user, Random random)
    {
        var kind = user % 2;
        var length = 1 + random.Next(6);
        var start = random.Next(1000);
        return new UserRow
        {
            UserId = $"user{user}",
            Item = [.. Enumerable.Range(0, length).Select(_ => Item(kind, random))],
            Action = [.. Enumerable.Range(0, length).Select(_ => s_actions[random.Next(2)])],
            Amount = [.. Enumerable.Range(0, length).Select(i => i == 1 ? float.NaN : random.NextSingle())],
            Time = [.. Enumerable.Range(0, length).Select(i => start + (i * 3600L))],
            Income = random.NextSingle(),
            Gender = user % 11 == 10 ? "" : kind == 0 ? "F" : "M",
            Age = user % 13 == 12 ? float.NaN : 20 + (30 * kind) + random.NextSingle(),
            Churned = kind == 1,
            Liked = random.Next(2),
            Candidate = Item(random.Next(2), random),
            NextItem = Item(kind, random),
        };
    }

    private static string Item(int kind, Random random) => $"item{1 + random.Next(Items / 2) + (kind * Items / 2)}";

    private sealed class ItemName
    {
        public string Name { get; set; } = "";
    }
}
