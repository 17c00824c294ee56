using Microsoft.ML;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class EventStorageTests
{
    [Fact]
    public void Chunked_lists_keep_what_was_added_across_chunks()
    {
        var list = new ChunkedList<int>();
        const int count = 3 * ChunkedList<int>.ChunkSize + 5;
        for (var i = 0; i < count; i++)
        {
            list.Add(i * 7);
        }

        var copied = new int[count - 10];
        list.CopyTo(10, copied);

        Assert.Equal(count, list.Count);
        Assert.Equal(Enumerable.Range(10, count - 10).Select(i => i * 7), copied);
        Assert.Equal((ChunkedList<int>.ChunkSize - 1) * 7, list[ChunkedList<int>.ChunkSize - 1]);
        Assert.Equal(4L * 4 * ChunkedList<int>.ChunkSize, list.Bytes);
    }

    [Fact]
    public void A_list_cleared_is_used_again()
    {
        var list = new ChunkedList<string>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < ChunkedList<string>.ChunkSize + 1; i++)
            {
                list.Add(round + "");
            }

            Assert.Equal(round + "", list[ChunkedList<string>.ChunkSize]);
            list.Clear();
            Assert.Equal(0, list.Count);
        }

        Assert.Equal(8L * ChunkedList<string>.ChunkSize, list.Bytes);
    }

    [Fact]
    public void Text_pools_number_texts_by_first_appearance()
    {
        var pool = new TextPool();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 50_000; i++)
            {
                Assert.Equal(i, pool.GetOrAdd($"text {i}".AsMemory(), out var added));
                Assert.Equal(round == 0, added);
            }
        }

        Assert.Equal(50_000, pool.Count);
        Assert.Equal("text 49999", pool[49_999].ToString());
        Assert.Equal(-1, pool.Find("text 50000".AsMemory()));
        Assert.Equal(7, pool.Find("text 7".AsMemory()));
    }

    [Fact]
    public void Text_pools_take_texts_of_any_length()
    {
        var pool = new TextPool();
        var texts = new[] { "", new string('x', 100_000), "a", new string('y', 257), "" };

        Assert.Equal([0, 1, 2, 3, 0], texts.Select(text => pool.GetOrAdd(text.AsMemory(), out _)));
        Assert.Equal(texts[..4], Enumerable.Range(0, 4).Select(code => pool[code].ToString()));

        pool.Clear();
        Assert.Equal(-1, pool.Find("a".AsMemory()));
        Assert.Equal(0, pool.GetOrAdd("a".AsMemory(), out _));
    }

    [Fact]
    public void Columns_are_arranged_again_and_again()
    {
        var store = ColumnStore<float>.Create();
        for (var round = 0; round < 3; round++)
        {
            store.Clear();
            foreach (var value in new float[] { 1, 2, 3, 4 })
            {
                store.Add(value + round);
            }

            store.Arrange([3, 1]);
            var values = new float[2];
            store.CopyTo(0, values);

            Assert.Equal([4 + round, 2 + round], values);
            Assert.Equal(2, store.Count);
        }
    }

    [Fact]
    public void An_event_with_four_fields_takes_less_than_forty_bytes()
    {
        const int count = 200_000;
        var events = Enumerable.Range(0, count).Select(i => new Purchase
        {
            User = "user " + i % 2000,
            Time = new DateTime(2024, 1, 1).AddSeconds(i * 7919L % 1_000_003),
            Item = "item " + i % 997,
            Genre = "genre " + i % 13,
            Amount = i,
        });
        var ml = new MLContext();

        var view = Assert.IsType<SequenceView>(ml.Data.GroupIntoSequences(ml.Data.LoadFromEnumerable(events), new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = ["Item", "Genre", "Amount"],
        }));

        // Time 8, item and genre 4 each, amount 4, and the chunks' ends: two of the five columns' chunks are half empty at most.
        Assert.InRange(view.Events().Bytes / (double)count, 20, 40);
    }

    private sealed class Purchase
    {
        public string User { get; set; } = "";

        public DateTime Time { get; set; }

        public string Item { get; set; } = "";

        public string Genre { get; set; } = "";

        public float Amount { get; set; }
    }
}
