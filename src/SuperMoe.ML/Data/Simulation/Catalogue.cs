namespace SuperMoe.ML.Data;

/// <summary>
/// What the shop sells and how it is bought: tastes, items with a style (the taste that they are made for), and which category follows which.
/// </summary>
internal sealed class Catalogue
{
    private const double CategoryConcentration = 0.2;
    private const double RegionConcentration = 1.0;
    private const double PopularitySpread = 1.0;
    private const double StyleAppeal = 12.0;
    private const double TrueToStyle = 0.8;

    private readonly int[] _categories;
    private readonly int[][] _itemsOfCategory;
    private readonly double[][][] _appeal;

    public Catalogue(ShopOptions options)
    {
        Tastes = DrawTastes(options);
        Successors = DrawSuccessors(options);
        Items = new ShopItem[options.Items];
        var styles = new int[options.Items];
        var popularity = new double[options.Items];
        _categories = new int[options.Items];
        for (var i = 0; i < options.Items; i++)
        {
            var random = ShopRandom.Stream(options.Seed, ShopStreams.Item, i);
            _categories[i] = i < options.Categories ? i : random.Below(options.Categories);
            styles[i] = random.Choose([.. Tastes.Select(taste => taste.Categories[_categories[i]])]);
            popularity[i] = Math.Exp(PopularitySpread * random.Normal());
            Items[i] = Describe(random, i, _categories[i], styles[i], Tastes.Length);
        }

        _itemsOfCategory = [.. Enumerable.Range(0, options.Categories).Select(c => Indices(_categories, c))];
        _appeal = [.. _itemsOfCategory.Select(items => Appeal(items, styles, popularity, Tastes.Length))];
    }

    public Taste[] Tastes { get; }

    public ShopItem[] Items { get; }

    /// <summary>For each category, the three that tend to follow it, the likeliest first.</summary>
    public int[][] Successors { get; }

    /// <summary>The category of an item.</summary>
    public int CategoryOf(int item) => _categories[item];

    /// <summary>An item of <paramref name="category"/> for someone in the mood of <paramref name="taste"/>.</summary>
    public int DrawItem(ShopRandom random, int category, int taste) =>
        _itemsOfCategory[category][random.ChooseCumulative(_appeal[category][taste])];

    private static Taste[] DrawTastes(ShopOptions options)
    {
        var tastes = new Taste[options.Tastes];
        for (var k = 0; k < tastes.Length; k++)
        {
            var random = ShopRandom.Stream(options.Seed, ShopStreams.Taste, k);

            // Signs and ages alternate, so that every seed has tastes of both kinds; sizes are drawn.
            tastes[k] = new Taste(
                random.Dirichlet(options.Categories, CategoryConcentration),
                Female: (k % 2 == 0 ? 1 : -1) * (3.0 + random.Uniform()),
                Age: 24 + (34.0 * (k / 2 % 2)) + (8.0 * random.Uniform()),
                Leaving: (k / 4 % 2 == 0 ? 1 : -1) * (0.5 + random.Uniform()),
                random.Dirichlet(ShopNames.Regions.Count, RegionConcentration));
        }

        return tastes;
    }

    private static int[][] DrawSuccessors(ShopOptions options)
    {
        var random = ShopRandom.Stream(options.Seed, ShopStreams.Succession, 0);
        return [.. Enumerable.Range(0, options.Categories).Select(_ => Sample(random, options.Categories, 3))];
    }

    /// <summary>Brand and tags are the style's own with probability <see cref="TrueToStyle"/>, otherwise any.</summary>
    private static ShopItem Describe(ShopRandom random, int index, int category, int style, int styles)
    {
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        for (var count = 1 + random.Below(3); count > 0; count--)
        {
            tags.Add(Word(random, ShopNames.Tags, style, styles));
        }

        return new ShopItem
        {
            ProductId = $"P{index + 1:D4}",
            Category = ShopNames.Categories[category],
            Brand = Word(random, ShopNames.Brands, style, styles),
            Tags = [.. tags],
            Price = (float)Math.Round(Math.Exp(3.0 + (0.1 * (category % 8)) + (0.6 * random.Normal())), 2),
        };
    }

    /// <summary>Words are dealt to styles in turn; with more styles than words some share one.</summary>
    private static string Word(ShopRandom random, IReadOnlyList<string> words, int style, int styles)
    {
        if (random.Uniform() >= TrueToStyle)
        {
            return words[random.Below(words.Count)];
        }

        var rounds = Math.Max(1, words.Count / styles);
        return words[(style + (styles * random.Below(rounds))) % words.Count];
    }

    /// <summary>Per taste, the items' running sums of appeal: a draw is then a binary search.</summary>
    private static double[][] Appeal(int[] items, int[] styles, double[] popularity, int tastes) =>
        [.. Enumerable.Range(0, tastes).Select(k => RunningSums(items, i => popularity[i] * (styles[i] == k ? StyleAppeal : 1.0)))];

    private static double[] RunningSums(int[] items, Func<int, double> weight)
    {
        var sum = 0.0;
        return Array.ConvertAll(items, i => sum += weight(i));
    }

    private static int[] Indices(int[] values, int value) => [.. Enumerable.Range(0, values.Length).Where(i => values[i] == value)];

    private static int[] Sample(ShopRandom random, int below, int count)
    {
        var sample = new List<int>(count);
        while (sample.Count < count)
        {
            var candidate = random.Below(below);
            if (!sample.Contains(candidate))
            {
                sample.Add(candidate);
            }
        }

        return [.. sample];
    }
}
