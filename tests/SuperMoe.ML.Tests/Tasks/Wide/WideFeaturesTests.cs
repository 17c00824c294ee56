using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class WideFeaturesTests
{
    // Four users. Item 9 is everybody's, 1 of two, 2 of three, 3 of one. Values 1 and 2 of the first field; the second has too many.
    private static readonly WideEvents s_events = new(
        [9, 1, 1, 9, 2, 9, 2, 0, 9, 1, 2, 3],
        [[1, 1, 1, 2, 1, 2, 1, 0, 2, 2, 1, 1], [40, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], ItemValues.None);

    private static readonly WideRow[] s_rows = [new(0, 3, 0), new(3, 5, 0), new(5, 8, 0), new(8, 12, 0)];

    private static readonly ItemBag s_bag = ItemBag.Of(s_events, s_rows, most: 10);

    private static readonly FieldShares s_shares = FieldShares.Of([2, 40], s_events, s_rows);

    private static readonly float s_length = WideFeatures.LengthOf(s_events, s_rows);

    [Fact]
    public void A_bag_holds_what_some_users_have_in_common()
    {
        Assert.Equal([1, 2], s_bag.Items);
        Assert.Equal([2], ItemBag.Of(s_events, s_rows, most: 1).Items);
    }

    [Fact]
    public void Rarity_is_the_logarithm_of_one_over_the_share_of_histories()
    {
        Assert.Equal([(float)Math.Log(5.0 / 3), (float)Math.Log(5.0 / 4)], s_bag.Rarity); // of four histories, two and three
        Assert.Empty(new ItemBag(s_bag.Items).Rarity);
    }

    [Fact]
    public void A_history_has_length_1_and_what_comes_twice_counts_twice()
    {
        var (columns, values) = (new int[5], new float[5]);
        var count = s_bag.Write([9, 2, 1, 7, 2], ItemValues.None, columns, values);

        Assert.Equal([0, 1], columns[..count]);
        Assert.Equal(1, values[..count].Sum(v => v * v), 1e-5);
        Assert.Equal(2, values[1] / values[0], 1e-5);
        Assert.Equal(0, s_bag.Write([9, 7, 0], ItemValues.None, columns, values));
    }

    [Fact]
    public void The_number_of_events_is_beside_the_usual_one()
    {
        Assert.Equal(Math.Pow(4 * 3 * 3 * 5, 0.25), WideFeatures.LengthOf(s_events, s_rows), 1e-5); // of the third user's three events one has no item
        Assert.Equal(1, WideFeatures.LengthOf(s_events, []));

        var features = new WideFeatures(s_bag, s_shares, 2, null);
        var (columns, values) = (new int[features.Most(s_events, s_rows[2])], new float[features.Most(s_events, s_rows[2])]);
        var count = features.Write(s_events, s_rows[2], columns, values);

        Assert.Equal([1, 2, 3, 4], columns[..count]); // item 2, the number, the shares
        Assert.Equal(Math.Log(3 / 2.0) / 3, values[1], 1e-6);
        Assert.Equal([3, 4], columns[..features.Write(s_events, new WideRow(7, 8, 0), columns, values)]); // without events nothing is known
    }

    [Fact]
    public void Events_that_labels_are_about_do_not_count_for_their_items()
    {
        var outcomes = new bool[12];
        outcomes[1] = outcomes[2] = true; // two of the three events with item 1
        var left = WideFeatures.SharesOfItems(s_bag, s_shares, s_events, s_rows, outcomes);
        var (all, own) = (WideFeatures.SharesOfItems(s_bag, s_shares, s_events, s_rows, new bool[12]), new float[2]);
        s_shares.Write([0, 1], own); // the third one's

        Assert.Equal(own, left[..2]);
        Assert.NotEqual(all[..2], left[..2]);
        Assert.Equal(all[2..], left[2..]);
    }

    [Fact]
    public void Shares_are_beside_the_usual_ones_and_drawn_to_them()
    {
        Assert.Equal([7f / 11, 4f / 11], s_shares.Usual); // the field of many values is left out
        var ratios = new float[2];

        s_shares.Write([3, 0], ratios);
        Assert.Equal(Math.Log((3 + (5 * 7.0 / 11)) / 8 / (7.0 / 11)), ratios[0], 1e-5);
        Assert.Equal(Math.Log(5.0 / 8), ratios[1], 1e-5);

        s_shares.Write([0, 0], ratios);
        Assert.Equal([0f, 0f], ratios);
    }

    [Fact]
    public void A_candidate_adds_its_own_columns()
    {
        var features = new WideFeatures(s_bag, s_shares, s_length, WideFeatures.SharesOfItems(s_bag, s_shares, s_events, s_rows, new bool[12]));
        Assert.Equal(9, features.Columns);
        var (columns, values) = (new int[features.Most(s_events, s_rows[0] with { Candidate = 2 })], new float[9]);

        var count = features.Write(s_events, s_rows[0] with { Candidate = 2 }, columns, values);

        Assert.Equal([0, 2, 3, 4, 5 + 1, 7, 8], columns[..count]); // the bag, the number of events, the user's shares, the candidate, its shares
        Assert.Equal(1, values[4]);
        Assert.Equal(Math.Log((3 + (5 * 7.0 / 11)) / 8 / (7.0 / 11)), values[5], 1e-5); // all three events with item 2 have the value 1
        Assert.Equal(4, features.Write(s_events, s_rows[0] with { Candidate = 3 }, columns, values)); // unknown
        Assert.Equal(4, features.Write(s_events, s_rows[0], columns, values)); // none
    }

    [Fact]
    public void A_bag_holds_the_values_of_its_items_too()
    {
        // Item 1 has the values 10 and 11, 3 has 10, the others none.
        var events = s_events with { Values = Attributes() };
        var bag = ItemBag.Of(events, s_rows, most: 10);

        Assert.Equal([1, 2, 10, 11], bag.Items); // item 3 is one user's alone

        var (columns, values) = (new int[12], new float[12]);
        var count = bag.Write([9, 3, 1], events.Values, columns, values);
        Assert.Equal([0, 2, 3], columns[..count]); // item 1; the values of 3 and 1
        Assert.Equal([1, 2 / MathF.Sqrt(5), 1 / MathF.Sqrt(5)], values[..count]);
    }

    [Fact]
    public void A_candidate_that_no_history_holds_is_known_by_its_values()
    {
        var events = s_events with { Values = Attributes() };
        var bag = ItemBag.Of(events, s_rows, most: 10);
        var features = new WideFeatures(bag, s_shares, s_length, WideFeatures.SharesOfItems(bag, s_shares, events, s_rows, new bool[events.Items.Length]));
        var (columns, values) = (new int[features.Most(events, new WideRow(0, 1, 1))], new float[8]);

        var plain = features.Write(events, new WideRow(0, 1, 0), columns, values);
        var first = bag.Items.Length + 1 + s_shares.Size;

        var unknown = features.Write(events, new WideRow(0, 1, 3), columns, values);
        Assert.Equal([first + 2], columns[plain..unknown]);
        Assert.Equal([1f], values[plain..unknown]);

        var known = features.Write(events, new WideRow(0, 1, 1), columns, values);
        Assert.Equal([first, first + 2, first + 3, first + 4, first + 5], columns[plain..known]);
        Assert.All(values[plain..(plain + 3)], v => Assert.Equal(1 / Math.Sqrt(3), v, 1e-6));
    }

    private static ItemValues Attributes() => new([0, 0, 2, 2, 3, 3, 3, 3, 3, 3, 3], [10, 11, 10]);
}
