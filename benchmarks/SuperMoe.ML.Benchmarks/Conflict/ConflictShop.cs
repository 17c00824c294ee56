using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>A shop whose tasks conflict: every second user is learned from, the others are judged.</summary>
internal sealed class ConflictShop
{
    private const string Item = nameof(ShopEvent.ProductId);

    private readonly MLContext _ml;
    private readonly Shop _shop;
    private readonly Dictionary<string, ShopConflictUser> _users;

    public ConflictShop(ShopOptions options)
    {
        _ml = new MLContext(options.Seed);
        _shop = ShopSimulator.Simulate(options);
        _users = _shop.ConflictUsers.ToDictionary(u => u.UserId);
        Training = Rows(remainder: 0);
        Test = Rows(remainder: 1);
    }

    /// <summary>The users to learn from, with their labels.</summary>
    public IDataView Training { get; }

    /// <summary>The users to judge.</summary>
    public IDataView Test { get; }

    /// <summary>The pipeline for some of the tasks.</summary>
    public EstimatorChain<SuperMoeTransformer> Pipeline(IEnumerable<string> tasks, Recipe recipe)
    {
        var training = recipe.Training(TimeSpan.FromMinutes(recipe.Minutes), new Progress<TrainingProgress>());
        training.LeaveLastEventOut = false; // there is no next item among the tasks: all epochs are run, and the last one's weights are judged
        training.Seed = recipe.Seed;
        return new EstimatorChain<ITransformer>().Append(_ml.Transforms.Conversion.MapValueToKey(Item, keyData: Catalogue())).Append(_ml.Transforms.SuperMoe(new SuperMoeOptions
        {
            ItemColumn = Item,
            ItemAttributes = Attributes(),
            Tasks = [.. tasks.Select(ConflictTasks.Task)],
            Model = recipe.Model(),
            Training = training,
        }));
    }

    /// <summary>How good a trained pipeline is at a task, on the users to judge.</summary>
    public double Quality(IDataView scored, string task)
    {
        double[] scores = [.. scored.GetColumn<float>($"{task}.Score").Select(s => (double)s)];
        return ConflictTasks.Quality(task, scores, Ideals(scored, task));
    }

    /// <summary>What the ideal scores themselves reach.</summary>
    public double Ideal(string task)
    {
        var ideals = Ideals(Test, task);
        return ConflictTasks.Quality(task, ideals, ideals);
    }

    private double[] Ideals(IDataView view, string task) => [.. view.GetColumn<string>(nameof(ShopEvent.UserId)).Select(id => ConflictTasks.Ideal(task, _users[id]))];

    private IDataView Rows(int remainder)
    {
        var users = _shop.ConflictUsers.Where((_, index) => index % 2 == remainder).ToDictionary(u => u.UserId);
        var options = new SequenceOptions { UserColumn = nameof(ShopEvent.UserId), TimeColumn = nameof(ShopEvent.Time), SequenceColumns = [Item] };
        return _ml.Data.GroupIntoSequences(
            _ml.Data.LoadFromEnumerable(_shop.Events.Where(e => users.ContainsKey(e.UserId))), options, _ml.Data.LoadFromEnumerable(users.Values));
    }

    private IDataView Catalogue() => _ml.Transforms.SelectColumns(Item).Fit(Items()).Transform(Items());

    private IDataView Attributes()
    {
        var kept = _ml.Transforms.SelectColumns(Item, nameof(ShopItem.Category), nameof(ShopItem.Brand));
        var keys = _ml.Transforms.Conversion.MapValueToKey(nameof(ShopItem.Category)).Append(_ml.Transforms.Conversion.MapValueToKey(nameof(ShopItem.Brand)));
        return kept.Append(keys).Fit(Items()).Transform(Items());
    }

    private IDataView Items() => _ml.Data.LoadFromEnumerable(_shop.Items);
}
