using SuperMoe.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class GrowableArrayTests
{
    [Fact]
    public void Values_survive_growth_and_are_taken_in_an_array_of_their_length()
    {
        var values = new GrowableArray<int>();
        for (var i = 0; i < 1000; i++) { values.Add(i); }
        Assert.Equal(Enumerable.Range(0, 1000), values.ToArray());
        Assert.Equal(Enumerable.Range(0, 1000), values.Take());
        Assert.Equal(0, values.Count);
    }

    [Fact]
    public void What_was_taken_is_nobody_elses()
    {
        var first = new GrowableArray<int>();
        first.Grow(16).Fill(1); // all the room there is: the array itself is handed over
        var taken = first.Take();
        var second = new GrowableArray<int>();
        second.Grow(16).Fill(2);
        second.Release();
        second.Grow(16).Fill(3);
        Assert.Equal(Enumerable.Repeat(1, 16), taken);
    }

    [Fact]
    public void More_values_than_there_may_be_are_an_error_that_says_of_what()
    {
        var values = new GrowableArray<int>("events in column 'Item'") { Limit = 2000 };
        values.Grow(2000);
        var error = Assert.Throws<InvalidOperationException>(() => { values.Grow(1); });
        Assert.Equal("The data has more than 2,000 events in column 'Item', the most that fits in memory.", error.Message);
        Assert.Equal(2000, values.Count);
    }

    [Fact]
    public void Release_forgets_the_values_and_leaves_it_usable()
    {
        var values = new GrowableArray<string>();
        values.Add("a");
        values.Release();
        values.Release();
        Assert.Equal(0, values.Count);
        values.Add("b");
        Assert.Equal(["b"], values.ToArray());
    }
}
