using Microsoft.ML;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class BagBaselinesTests
{
    private const int Users = 300;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void Baselines_learn_what_the_bag_tells(int width, bool byCandidate)
    {
        var classes = Math.Max(2, width);
        var places = Enumerable.Range(0, 4).ToDictionary(i => 10 + i, i => i);
        BagExample[] examples = [.. Enumerable.Range(0, Users).Select(u =>
        {
            var (label, noise) = (u % classes, 13);
            var telling = 10 + label;
            return byCandidate
                ? new BagExample([noise], telling, label)
                : new BagExample([noise, telling], 0, label);
        })];
        var bag = new Bag(places, byCandidate);
        var results = bag.Run(new Learners(new MLContext(1), bag.Size, width, 1), examples, examples).ToDictionary();

        Assert.Equal(1.0 / classes, Accuracy("Majority"), 6);
        Assert.Equal(1, Accuracy("Logistic regression"));
        Assert.Equal(1, Accuracy("LightGBM"));

        double Accuracy(string method)
        {
            var pool = new Pool(width);
            for (var i = 0; i < Users; i++) { pool.Add(results[method][i], examples[i].Label); }
            return pool.Metrics()["Accuracy"];
        }
    }

    [Fact]
    public void Means_know_liked_movies_and_generous_users()
    {
        MovieUser[] users = [User(1, (10, 5), (11, 1), (12, 5)), User(2, (10, 5), (13, 5), (11, 5)), User(3, (10, 4), (11, 2), (10, 5))];
        var means = new MeanLike(new MovieLensData(users, [], []));
        Assert.True(means.Logit(users[2]) > means.Logit(users[0])); // movie 10 is liked, 12 is unknown; both users like one of two
        Assert.True(means.Logit(users[2]) > means.Logit(users[1])); // movie 11 is not liked, though user 2 likes everything
    }

    private static MovieUser User(int id, params (int Item, int Rating)[] events) =>
        new(id, true, 0, 0, [.. events.Select((e, time) => new MovieEvent(e.Item, e.Rating, time))]);
}
