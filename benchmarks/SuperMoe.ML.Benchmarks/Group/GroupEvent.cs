namespace SuperMoe.ML.Benchmarks.Group;

/// <summary>An event of a made-up log: five columns.</summary>
internal sealed class GroupEvent
{
    public int User { get; init; }

    public long Time { get; init; }

    public int Item { get; init; }

    public int Category { get; init; }

    public float Price { get; init; }

    /// <summary>Makes a log in time order, with the users' events among each other, about 100 a user; the same seed gives the same log.</summary>
    public static GroupEvent[] Log(int events, int seed)
    {
        var random = new Random(seed);
        var users = Math.Max(1, events / 100);
        return [.. Enumerable.Range(0, events).Select(i => new GroupEvent
        {
            User = random.Next(users),
            Time = 10L * i,
            Item = random.Next(10_000),
            Category = random.Next(100),
            Price = random.NextSingle(),
        })];
    }
}
