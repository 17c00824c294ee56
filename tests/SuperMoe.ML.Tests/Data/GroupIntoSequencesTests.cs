using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class GroupIntoSequencesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Users_come_in_order_of_appearance_and_their_events_oldest_first()
    {
        var rows = ViewText.Rows(Group("b 5 x; a 2 y; b 1 z; a 9 w; c 0 v"));

        Assert.Equal(["User=b Page=[z,x] Time=[1,5]", "User=a Page=[y,w] Time=[2,9]", "User=c Page=[v] Time=[0]"], rows);
    }

    [Fact]
    public void Events_of_equal_time_keep_their_order()
    {
        var events = string.Join(';', Enumerable.Range(0, 1000).Select(i => $"u{i % 3} {i * 7 % 5} p{i}"));
        var visits = Visit.Parse(events);

        var rows = ViewText.Rows(Group(events, o => o.MaxLength = 1000), "User", "Page");

        Assert.Equal(Enumerable.Range(0, 3).Select(user =>
            $"User=u{user} Page=[{string.Join(',', visits.Where(v => v.User == $"u{user}").OrderBy(v => v.Time).Select(v => v.Page))}]"), rows);
    }

    [Fact]
    public void Only_the_latest_events_are_kept()
    {
        Assert.Equal(["User=a Page=[z,w] Time=[3,4]"], ViewText.Rows(Group("a 4 w; a 1 x; a 3 z; a 2 y", o => o.MaxLength = 2)));
    }

    [Fact]
    public void The_largest_length_and_held_out_count_together_do_not_overflow()
    {
        var rows = ViewText.Rows(Group("a 1 x; a 2 y", o => (o.MaxLength, o.HoldOutLast) = (int.MaxValue, int.MaxValue)));

        Assert.Equal(["User=a Page=[] Time=[] Page.HeldOut=[x,y] Time.HeldOut=[1,2]"], rows);
    }

    [Fact]
    public void The_last_event_held_out_is_a_scalar()
    {
        var view = Group("a 2 y; a 1 x; a 3 z; b 1 x", o => o.HoldOutLast = 1);

        Assert.Equal(TextDataViewType.Instance, view.Schema["Page.HeldOut"].Type);
        Assert.Equal(NumberDataViewType.Int64, view.Schema["Time.HeldOut"].Type);
        Assert.Equal(
            ["User=a Page=[x,y] Time=[1,2] Page.HeldOut=z Time.HeldOut=3", "User=b Page=[] Time=[] Page.HeldOut=x Time.HeldOut=1"],
            ViewText.Rows(view));
    }

    [Fact]
    public void Several_events_held_out_are_vectors_and_do_not_count_in_the_length()
    {
        var view = Group("a 1 x; a 2 y; a 3 z; a 4 w; b 1 x", o => (o.HoldOutLast, o.MaxLength) = (2, 1));

        Assert.Equal(new VectorDataViewType(TextDataViewType.Instance), view.Schema["Page.HeldOut"].Type);
        Assert.Equal(
            ["User=a Page=[y] Time=[2] Page.HeldOut=[z,w] Time.HeldOut=[3,4]", "User=b Page=[] Time=[] Page.HeldOut=[x] Time.HeldOut=[1]"],
            ViewText.Rows(view));
    }

    [Fact]
    public void The_time_may_be_a_sequence_column_and_comes_once_in_its_place()
    {
        var view = Group("a 2 y; a 1 x", o => o.SequenceColumns = ["Time", "Amount", "Page"]);

        Assert.Equal(["User=a Time=[1,2] Amount=[1,0] Page=[x,y]"], ViewText.Rows(view));
    }

    [Fact]
    public void No_events_give_no_users()
    {
        var view = Group("");

        Assert.Empty(ViewText.Rows(view));
        Assert.Equal(0, view.GetRowCount());
    }

    [Fact]
    public void Keys_keep_their_type_and_key_values_everywhere()
    {
        var visits = _ml.Data.LoadFromEnumerable(Visit.Parse("b 2 y; b 1 x; a 1 y"));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Conversion.MapValueToKey("Page"))
            .Fit(visits).Transform(visits);

        var view = _ml.Data.GroupIntoSequences(keyed, new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = ["Page"],
            HoldOutLast = 1,
        });

        Assert.Equal(["User=1 Page=[2] Time=[1] Page.HeldOut=1 Time.HeldOut=2", "User=2 Page=[] Time=[] Page.HeldOut=1 Time.HeldOut=1"],
            ViewText.Rows(view));
        Assert.Equal(keyed.Schema["User"].Type, view.Schema["User"].Type);
        Assert.Equal(keyed.Schema["Page"].Type, view.Schema["Page.HeldOut"].Type);
        Assert.Equal(new VectorDataViewType((PrimitiveDataViewType)keyed.Schema["Page"].Type), view.Schema["Page"].Type);
        Assert.Equal(["y", "x"], KeyValues(view.Schema["Page"]));
        Assert.Equal(["y", "x"], KeyValues(view.Schema["Page.HeldOut"]));
        Assert.Equal(["b", "a"], KeyValues(view.Schema["User"]));
    }

    [Fact]
    public void A_missing_item_key_is_kept()
    {
        var train = _ml.Data.LoadFromEnumerable(Visit.Parse("a 1 x"));
        var model = _ml.Transforms.Conversion.MapValueToKey("Page").Fit(train);

        var rows = ViewText.Rows(Group(model.Transform(_ml.Data.LoadFromEnumerable(Visit.Parse("a 1 x; a 2 unknown; a 3 x")))));

        Assert.Equal(["User=a Page=[1,0,1] Time=[1,2,3]"], rows);
    }

    private IDataView Group(string visits, Action<SequenceOptions>? change = null) =>
        Group(_ml.Data.LoadFromEnumerable(Visit.Parse(visits)), change);

    private IDataView Group(IDataView events, Action<SequenceOptions>? change = null)
    {
        var options = new SequenceOptions { UserColumn = "User", TimeColumn = "Time", SequenceColumns = ["Page"] };
        change?.Invoke(options);
        var view = _ml.Data.GroupIntoSequences(events, options);
        if (view.GetRowCount() is null)
        {
            using var cursor = view.GetRowCursor([]);
        }

        return view;
    }

    private static IEnumerable<string> KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return values.DenseValues().Select(value => value.ToString());
    }
}
