using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Tests.Contracts;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>How batches are read, with a model whose calls are counted.</summary>
public sealed class ScoringCursorTests
{
    private readonly MLContext _ml = new(1);
    private readonly FakeEngine _engine = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(30)]
    public void Transform_for_any_number_of_rows_scores_each_in_its_place(int rows)
    {
        var (scored, _) = Fit(rows);
        var columns = Views.Visible(scored.Schema);
        var read = Views.Read(scored, columns);
        Assert.Equal(rows, read.Count);
        var embedding = Array.FindIndex(columns, c => c.Name == "Embedding");
        var item = Array.FindIndex(columns, c => c.Name == "Item");
        var time = Array.FindIndex(columns, c => c.Name == "Time");
        var income = Array.FindIndex(columns, c => c.Name == "Income");
        foreach (var row in read)
        {
            var sum = ((object[])row[item]).Sum(i => (uint)i) + ((object[])row[time]).Sum(t => (long)t % 97) + (float)row[income];
            Assert.Equal(sum, (float)((object[])row[embedding])[0], 2);
        }
        Assert.Equal(rows == 0 ? [] : Enumerable.Repeat(7, rows / 7).Concat(rows % 7 == 0 ? [] : [rows % 7]), _engine.Scorer.Calls.Select(c => c.Users));
    }

    [Fact]
    public void Embedding_alone_asks_for_no_task()
    {
        var (scored, _) = Fit(10);
        Views.Read(scored, scored.Schema["Embedding"]);
        Assert.All(_engine.Scorer.Calls, c => Assert.True(c.Request.Embedding && !c.Request.Tasks.Contains(true)));
    }

    [Fact]
    public void Score_of_one_task_asks_for_that_task_only()
    {
        var (scored, _) = Fit(10);
        Views.Read(scored, scored.Schema["Churned.Probability"], scored.Schema["UserId"]);
        Assert.All(_engine.Scorer.Calls, c => Assert.Equal([false, false, false, true, false], c.Request.Tasks));
        Assert.All(_engine.Scorer.Calls, c => Assert.False(c.Request.Embedding));
    }

    [Fact]
    public void Input_columns_alone_compute_nothing()
    {
        var (scored, input) = Fit(10);
        var name = input.Schema["UserId"];
        Views.AssertSameRows(Views.Read(input, name), Views.Read(scored, name));
        Assert.Empty(_engine.Scorer.Calls);
    }

    [Fact]
    public void Reading_stays_at_most_one_batch_ahead()
    {
        var (scored, _) = Fit(70);
        using var second = new ManualResetEventSlim();
        _engine.Scorer.OnScore = before => { if (before == 1) { second.Set(); } };
        using (var cursor = scored.GetRowCursor([scored.Schema["Embedding"]]))
        {
            for (var i = 0; i < 4; i++) { Assert.True(cursor.MoveNext()); }
            Assert.True(second.Wait(TimeSpan.FromSeconds(30)), "the second batch is scored while the first is read");
            for (var i = 4; i < 7; i++) { Assert.True(cursor.MoveNext()); }
        }
        Assert.Equal(2, _engine.Scorer.Calls.Count);
    }

    [Fact]
    public void Reader_of_less_than_half_a_batch_has_one_batch_scored()
    {
        var (scored, _) = Fit(70);
        using (var cursor = scored.GetRowCursor([scored.Schema["Embedding"]]))
        {
            for (var i = 0; i < 3; i++) { Assert.True(cursor.MoveNext()); }
        }
        Assert.Single(_engine.Scorer.Calls);
    }

    [Fact]
    public void Random_of_the_caller_is_not_used_while_rows_are_read()
    {
        var input = _ml.Data.ShuffleRows(SampleUsers.KeyedView(_ml, 30), seed: 1);
        var scored = new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), _engine).Fit(SampleUsers.KeyedView(_ml, 40)).Transform(input);
        Assert.True(CallsWhileReading(input, "Item") > 0); // what would be passed on
        Assert.Equal(0, CallsWhileReading(scored, "Embedding"));

        static int CallsWhileReading(IDataView view, string column)
        {
            var random = new CountingRandom();
            using var cursor = view.GetRowCursor([view.Schema[column]], random);
            var before = random.Calls;
            while (cursor.MoveNext()) { }
            return random.Calls - before;
        }
    }

    [Fact]
    public void Error_in_a_later_batch_surfaces_in_MoveNext()
    {
        var (scored, _) = Fit(30);
        _engine.Scorer.OnScore = before => { if (before == 1) { throw new InvalidOperationException("second batch"); } };
        using var cursor = scored.GetRowCursor([scored.Schema["Embedding"]]);
        for (var i = 0; i < 7; i++) { Assert.True(cursor.MoveNext()); }
        Assert.Equal("second batch", Assert.Throws<InvalidOperationException>(() => cursor.MoveNext()).Message);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public async Task Dispose_waits_for_the_batch_that_is_scored()
    {
        var (scored, _) = Fit(30);
        using var started = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var finished = false;
        _engine.Scorer.OnScore = before =>
        {
            if (before == 0) { return; }
            started.Set();
            go.Wait(TimeSpan.FromSeconds(30));
            finished = true;
        };
        var cursor = scored.GetRowCursor([scored.Schema["Embedding"]]);
        for (var i = 0; i < 4; i++) { Assert.True(cursor.MoveNext()); }
        Assert.True(started.Wait(TimeSpan.FromSeconds(30)));
        var dispose = Task.Run(cursor.Dispose);
        Assert.False(dispose.IsCompleted);
        go.Set();
        await dispose.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(finished);
        cursor.Dispose();
    }

    [Fact]
    public void Getter_of_an_inactive_column_or_a_wrong_type_throws()
    {
        var (scored, _) = Fit(3);
        using var cursor = scored.GetRowCursor([scored.Schema["Embedding"], scored.Schema["UserId"]]);
        Assert.True(cursor.IsColumnActive(scored.Schema["Embedding"]));
        Assert.False(cursor.IsColumnActive(scored.Schema["Age.Score"]));
        Assert.Contains("Age.Score", Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(scored.Schema["Age.Score"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(scored.Schema["Age"]));
        Assert.Contains("Embedding", Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Embedding"])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(scored.Schema["UserId"]));
    }

    [Fact]
    public void Getter_before_the_first_and_after_the_last_row_throws()
    {
        var (scored, _) = Fit(2);
        using var cursor = scored.GetRowCursor([scored.Schema["Age.Score"], scored.Schema["UserId"]]);
        var score = cursor.GetGetter<float>(scored.Schema["Age.Score"]);
        var name = cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["UserId"]);
        var value = 0f;
        ReadOnlyMemory<char> text = default;
        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => score(ref value));
        while (cursor.MoveNext()) { score(ref value); }
        Assert.Throws<InvalidOperationException>(() => score(ref value));
        Assert.Throws<InvalidOperationException>(() => name(ref text));
        Assert.Equal(-1, cursor.Position);
    }

    [Fact]
    public void Row_ids_positions_and_count_are_the_source_s()
    {
        var (scored, input) = Fit(20);
        Assert.Equal(input.GetRowCount(), scored.GetRowCount());
        Assert.Equal(input.CanShuffle, scored.CanShuffle);
        using var expected = input.GetRowCursor([]);
        using var actual = scored.GetRowCursor([scored.Schema["Embedding"]]);
        var (expectedId, actualId) = (expected.GetIdGetter(), actual.GetIdGetter());
        DataViewRowId a = default, b = default;
        while (expected.MoveNext())
        {
            Assert.True(actual.MoveNext());
            expectedId(ref a);
            actualId(ref b);
            Assert.Equal(a, b);
            Assert.Equal(expected.Position, actual.Position);
            Assert.Equal(expected.Batch, actual.Batch);
        }
        Assert.False(actual.MoveNext());
    }

    [Fact]
    public void Source_without_row_ids_is_scored_and_fails_for_those_who_ask_for_them()
    {
        var input = SampleUsers.KeyedView(_ml, 20);
        var model = new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), _engine).Fit(SampleUsers.KeyedView(_ml, 40));
        var (expected, scored) = (model.Transform(input), model.Transform(new ViewWithoutIds(input)));
        Views.AssertSameRows(Views.Read(expected, expected.Schema["Embedding"]), Values(scored));
        using var cursor = scored.GetRowCursor([scored.Schema["Embedding"]]);
        Assert.Equal("no ids here", Assert.Throws<NotSupportedException>(() => cursor.GetIdGetter()).Message);
        Assert.True(cursor.MoveNext());

        static List<object[]> Values(IDataView view)
        {
            using var cursor = view.GetRowCursor([view.Schema["Embedding"]]);
            var embedding = cursor.GetGetter<VBuffer<float>>(view.Schema["Embedding"]);
            VBuffer<float> value = default;
            var rows = new List<object[]>();
            while (cursor.MoveNext())
            {
                embedding(ref value);
                rows.Add([value.DenseValues().Cast<object>().ToArray()]);
            }
            return rows;
        }
    }

    [Fact]
    public void Vectors_read_into_one_buffer_are_not_overwritten_in_the_source()
    {
        var rows = SampleUsers.Rows(20);
        var amounts = rows.Select(r => r.Amount.ToArray()).ToList();
        var input = SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));
        var scored = new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), _engine).Fit(input).Transform(input);
        using var cursor = scored.GetRowCursor([scored.Schema["Amount"], scored.Schema["Embedding"]]);
        var (amount, embedding) = (cursor.GetGetter<VBuffer<float>>(scored.Schema["Amount"]), cursor.GetGetter<VBuffer<float>>(scored.Schema["Embedding"]));
        VBuffer<float> shared = default;
        while (cursor.MoveNext())
        {
            embedding(ref shared);
            amount(ref shared);
        }
        Assert.Equal(amounts, rows.Select(r => r.Amount));
    }

    [Fact]
    public void Dispose_of_the_transformer_disposes_the_model()
    {
        var input = SampleUsers.KeyedView(_ml, 5);
        new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), _engine).Fit(input).Dispose();
        Assert.True(_engine.Scorer.Disposed);
    }

    private (IDataView Scored, IDataView Input) Fit(int rows)
    {
        var train = SampleUsers.KeyedView(_ml, 40);
        var input = SampleUsers.KeyedView(_ml, rows);
        return (new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), _engine).Fit(train).Transform(input), input);
    }
}
