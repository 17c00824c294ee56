using SuperMoe.ML.Benchmarks;
using SuperMoe.ML.Benchmarks.MultiTask.Beauty;
using SuperMoe.ML.Benchmarks.Sequence;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class BeautyDataTests
{
    [Fact]
    public void Top_categories_are_the_few_that_cover_all_items()
    {
        // 7 is more frequent than 3, but wherever it is, 1 is.
        int[][] items = [[1, 7], [1, 7], [9, 1, 7], [3], [3, 5], []];
        Assert.Equal([1, 3], TopCategories.Of(items));
    }

    [Theory]
    [InlineData("50 1 7 8", 0, 50, 8)]
    [InlineData("3 5", 1, 0, 5)]
    [InlineData("50 3", 1, 50, 0)]
    [InlineData("3", 1, 0, 0)]
    [InlineData("50", -1, 0, 0)]
    public void Attributes_are_brand_then_categories(string attributes, int top, int brand, int category)
    {
        var item = BeautyItem.Of([.. attributes.Split(' ').Select(int.Parse)], [1, 3]);
        Assert.Equal((top, brand, category), (item.TopCategory, item.Brand, item.Category));
    }

    [Fact]
    public void Read_finds_users_items_and_top_categories()
    {
        using var folder = new TemporaryFolder();
        TinyBeauty.Write(folder);
        Assert.True(BeautyData.IsIn(folder.Path));
        var data = BeautyData.Read(folder.Path);
        Assert.Equal((100, 30), (data.Users.Count, data.Items.Count));
        Assert.Equal([1, 2, 3], data.TopCategories);
        Assert.Equal((0, 0, 13), (data.Items[3].TopCategory, data.Items[3].Brand, data.Items[3].Category));
        Assert.Equal((1, 24, 14), (data.Items[4].TopCategory, data.Items[4].Brand, data.Items[4].Category));
    }

    [Fact]
    public void Two_files_of_sequences_are_refused()
    {
        using var folder = new TemporaryFolder();
        TinyBeauty.Write(folder);
        folder.Write("u.txt", "1 1 2 3 4 5");
        Assert.Contains("2 files *.txt", Assert.Throws<DataFileException>(() => BeautyData.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 3, 0)]
    [InlineData(5, 3, 1)]
    [InlineData(12, 3, 3)]
    [InlineData(12, 100, 8)]
    public void Cuts_leave_items_on_both_sides_and_differ(int items, int count, int expected)
    {
        for (var id = 1; id < 50; id++)
        {
            var cuts = BeautyCuts.Of(new SequenceUser(id, new int[items]), count);
            Assert.Equal(expected, cuts.Distinct().Count());
            Assert.All(cuts, cut => Assert.InRange(cut, 2, items - 3));
        }
    }

    [Fact]
    public void The_first_cut_is_the_same_however_many_there_are()
    {
        for (var id = 1; id < 50; id++)
        {
            var user = new SequenceUser(id, new int[20]);
            Assert.Equal(BeautyCuts.Of(user, 1)[0], BeautyCuts.Of(user, 5)[0]);
        }
    }

    [Theory]
    [InlineData("10 12", "14 16 18", false)] // other brands and categories
    [InlineData("10 12", "14 16 20", true)] // 20 has the brand of 10
    [InlineData("10 12", "13 14 16", true)] // 13 has the category of 12
    [InlineData("15 17", "15 17 15", false)] // neither is known of them
    public void Repeat_is_of_a_known_brand_or_narrowest_category(string before, string after, bool expected)
    {
        var items = new Dictionary<int, BeautyItem>
        {
            [10] = new([], 0, 50, 7),
            [12] = new([], 0, 0, 8),
            [13] = new([], 0, 0, 8),
            [14] = new([], 1, 51, 0),
            [15] = new([], 0, 0, 0),
            [16] = new([], 1, 52, 9),
            [17] = new([], 0, 0, 0),
            [18] = new([], 0, 0, 6),
            [20] = new([], 1, 50, 5),
        };
        int[] known = Ids(before), asked = Ids(after);
        var labels = BeautyLabels.At(new BeautyData([], items, [1, 3]), [.. known, .. asked, 18], known.Length);
        Assert.Equal(new BeautyLabels(asked[0], items[asked[0]].TopCategory, expected, 4), labels);

        static int[] Ids(string text) => [.. text.Split(' ').Select(int.Parse)];
    }
}
