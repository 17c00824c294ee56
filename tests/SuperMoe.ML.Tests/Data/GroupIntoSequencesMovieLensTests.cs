using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

/// <summary>MovieLens 100K: half of its events share a user and a second with another, so only a stable sort is right.</summary>
public sealed class GroupIntoSequencesMovieLensTests
{
    private readonly MLContext _ml = new(seed: 1);

    [SkippableTheory]
    [InlineData(1000, 0)]
    [InlineData(50, 2)]
    public void Sequences_equal_those_of_a_stable_sort(int maxLength, int holdOutLast)
    {
        var path = TestFiles.Find(Path.Combine("ml-100k", "ml-100k.inter"));
        var expected = File.ReadLines(path).Skip(1).Select(line => line.Split('\t'))
            .GroupBy(words => words[0])
            .Select(user => (User: user.Key, Events: user.OrderBy(words => long.Parse(words[3], CultureInfo.InvariantCulture)).ToList()))
            .Select(user => $"User={user.User} " +
                $"Item=[{string.Join(',', user.Events.SkipLast(holdOutLast).TakeLast(maxLength).Select(words => words[1]))}]" +
                (holdOutLast > 0 ? $" Item.HeldOut=[{string.Join(',', user.Events.TakeLast(holdOutLast).Select(words => words[1]))}]" : ""))
            .ToList();

        var rows = ViewText.Rows(Group(Load(path), maxLength, holdOutLast, false), "User", "Item", "Item.HeldOut");

        Assert.Equal(943, rows.Count);
        Assert.Equal(expected, rows);
    }

    [SkippableFact]
    public void Streaming_the_events_sorted_by_user_gives_the_same_sequences()
    {
        var events = Load(TestFiles.Find(Path.Combine("ml-100k", "ml-100k.inter")));
        var memory = ViewText.Rows(Group(events, 200, 1, false));

        var sorted = _ml.Data.LoadFromEnumerable(_ml.Data.CreateEnumerable<Rating>(events, false).OrderBy(rating => rating.User).ToList());
        var stream = ViewText.Rows(Group(sorted, 200, 1, true));

        Assert.Equal(memory.Order(), stream.Order());
    }

    private IDataView Group(IDataView events, int maxLength, int holdOutLast, bool grouped) =>
        _ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = ["Item", "Stars"],
            MaxLength = maxLength,
            HoldOutLast = holdOutLast,
            InputIsGrouped = grouped,
        });

    private IDataView Load(string path) => _ml.Data.LoadFromTextFile(
        path,
        [new("User", DataKind.Int32, 0), new("Item", DataKind.String, 1), new("Stars", DataKind.Single, 2), new("Time", DataKind.Int64, 3)],
        hasHeader: true);

    private sealed class Rating
    {
        public int User { get; set; }

        public string Item { get; set; } = "";

        public float Stars { get; set; }

        public long Time { get; set; }
    }
}
