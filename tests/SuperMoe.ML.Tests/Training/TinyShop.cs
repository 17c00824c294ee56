using SuperMoe.ML.Data;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

/// <summary>
/// A few users of a small shop, for tests: the next item is the one after the last, round and round; every second user buys only even items;
/// a user's labels follow from that. All sorts of lengths are there, users without events and with one among them.
/// </summary>
internal static class TinyShop
{
    public const int Items = 12;

    public static readonly SuperMoeTask[] AllTasks =
        [new NextItemTask(), new BinaryTask("Even"), new MulticlassTask("Kind"), new RegressionTask("Amount"), new BinaryTask("Click") { CandidateColumn = "Ad" }];

    public static int[] Classes(IEnumerable<SuperMoeTask> tasks) => [.. tasks.Select(t => t is MulticlassTask ? 3 : 0)];

    /// <summary>Users with all kinds of field, and labels for <paramref name="tasks"/>, some of them missing.</summary>
    public static BehaviorDataset Data(IReadOnlyList<SuperMoeTask> tasks, int users = 40, bool complete = false, int seed = 5)
    {
        var random = new Random(seed);
        List<int> offsets = [0], items = [], field = [];
        List<float> number = [], profiles = [];
        List<double> times = [];
        for (var u = 0; u < users; u++)
        {
            var length = complete ? 3 + random.Next(5) : u % 9;
            var item = random.Next(Items);
            var time = 1e9;
            for (var e = 0; e < length; e++)
            {
                item = Next(u, item);
                time += random.Next(100_000);
                items.Add(!complete && random.Next(10) == 0 ? 0 : item);
                field.Add(random.Next(4));
                number.Add(random.Next(6) == 0 ? float.NaN : random.Next(100));
                times.Add(time);
            }
            offsets.Add(items.Count);
            profiles.AddRange([random.Next(50), random.Next(3) == 0 ? float.NaN : 1]);
        }
        int[] candidates = [.. Enumerable.Range(0, users).Select(u => !complete && u % 5 == 4 ? 0 : 1 + (u * 7 % Items))];
        return new BehaviorDataset
        {
            Schema = new BehaviorSchema(Items, [new KeyField("Category", 3)], ["Price"], HasTime: true, ProfileSize: 2),
            Offsets = [.. offsets],
            Items = [.. items],
            KeyFields = [[.. field]],
            NumberFields = [[.. number]],
            Times = [.. times],
            Profiles = [.. profiles],
            Labels = [.. tasks.Select(t => Labels(t, users, candidates, complete))],
            Candidates = [.. tasks.Select(t => t is BinaryTask { CandidateColumn: not null } ? candidates : null)],
        };
    }

    /// <summary>What the items are like: some have two tags, some one, some none, and each has a number.</summary>
    public static ItemAttributes Attributes()
    {
        List<int> offsets = [0, 0], tags = []; // item 0 has none
        for (var item = 1; item <= Items; item++)
        {
            for (var t = 0; t < item % 3; t++) { tags.Add(1 + ((item + t) % 4)); }
            offsets.Add(tags.Count);
        }
        return new ItemAttributes
        {
            KeyFields = [new KeyField("Tag", 4)],
            Offsets = [[.. offsets]],
            Values = [[.. tags]],
            NumberCount = 1,
            Numbers = [.. Enumerable.Range(0, Items + 1).Select(i => i / 10f)],
        };
    }

    /// <summary>Training of <see cref="Data"/> with a small model; no validation.</summary>
    public static TrainingRequest Request(IReadOnlyList<SuperMoeTask> tasks, BehaviorDataset? data = null, int seed = 3) => new()
    {
        Data = data ?? Data(tasks),
        Model = Model(),
        Training = new TrainingOptions { Epochs = 2, BatchTokens = 48, ValidationFraction = 0 },
        Tasks = tasks,
        Classes = Classes(tasks),
        EmbeddingName = "Embedding",
        Seed = seed,
        Device = TestDevice.Current,
    };

    /// <summary>A model of two sparse blocks.</summary>
    /// <param name="heads">With one, attention has numbers for whole vectors, and is computed by the processor's own kernel; with more it is not.</param>
    public static SuperMoeModelOptions Model(int heads = 1) => new()
    {
        HiddenSize = 16,
        Blocks = 2,
        Heads = heads,
        MaxLength = 6,
        FeedForwardSize = 32,
        Dropout = 0.1,
        Moe = new MoeOptions { Experts = 4, TopK = 2, SharedExpert = true, BalanceLossWeight = 0.01 },
    };

    /// <summary>The item after <paramref name="item"/>, by ones for odd users and by twos for even ones.</summary>
    private static int Next(int user, int item) => user % 2 == 0 ? 2 + (item / 2 * 2 % Items) : 1 + (item % Items);

    private static float[]? Labels(SuperMoeTask task, int users, int[] candidates, bool complete)
    {
        if (task is NextItemTask) { return null; }
        var labels = new float[users];
        for (var u = 0; u < users; u++)
        {
            labels[u] = task switch
            {
                BinaryTask { CandidateColumn: not null } => (candidates[u] + u) % 2,
                BinaryTask => u % 2 == 0 ? 1 : 0,
                MulticlassTask => u % 2 == 0 ? 2 : 0,
                _ => u % 2 == 0 ? 300 : 100,
            };
            if (!complete && u % 3 == 2) { labels[u] = float.NaN; }
        }
        return labels;
    }
}
