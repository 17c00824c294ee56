using SuperMoe.ML.Data;
using SuperMoe.ML.Tests.Training;

namespace SuperMoe.ML.Tests.Data;

public sealed class UserSubsetTests
{
    private readonly BehaviorDataset _data = TinyShop.Data(TinyShop.AllTasks);

    [Fact]
    public void Of_copies_all_that_belongs_to_a_user()
    {
        int[] users = [7, 0, 31];
        var copy = UserSubset.Of(_data, users);
        Assert.Equal(3, copy.Count);
        for (var i = 0; i < users.Length; i++)
        {
            var u = users[i];
            Assert.Equal(Events(_data, _data.Items, u), Events(copy, copy.Items, i));
            Assert.Equal(Events(_data, _data.KeyFields[0], u), Events(copy, copy.KeyFields[0], i));
            Assert.Equal(Events(_data, _data.NumberFields[0], u), Events(copy, copy.NumberFields[0], i));
            Assert.Equal(Events(_data, _data.Times!, u), Events(copy, copy.Times!, i));
            Assert.Equal(_data.Profiles[(2 * u)..((2 * u) + 2)], copy.Profiles[(2 * i)..((2 * i) + 2)]);
            Assert.Equal(_data.Labels.Select(l => l?[u]), copy.Labels.Select(l => l?[i]));
            Assert.Equal(_data.Candidates.Select(c => c?[u]), copy.Candidates.Select(c => c?[i]));
        }
    }

    [Fact]
    public void Parts_keep_who_validates()
    {
        var data = new BehaviorDataset { Schema = new BehaviorSchema(1, [], [], HasTime: false, 0), Offsets = [0, 1, 2, 3], Items = [1, 1, 1], Validation = [true, false, true] };
        Assert.Equal([false, true], UserSubset.Of(data, [1, 2]).Validation!);
        Assert.Same(data.Validation, UserSubset.ForTasks(data, []).Validation);
        Assert.Null(UserSubset.Of(_data, [1]).Validation);
    }

    [Fact]
    public void Of_without_the_last_event_leaves_it_out_and_an_empty_user_empty()
    {
        var copy = UserSubset.Of(_data, [0, 7], withoutLast: true);
        Assert.Equal((0, 0), (_data.Length(0), copy.Length(0)));
        Assert.Equal((7, 6), (_data.Length(7), copy.Length(1)));
        Assert.Equal(Events(_data, _data.Items, 7)[..6], Events(copy, copy.Items, 1));
        Assert.Equal(Events(_data, _data.Times!, 7)[..6], Events(copy, copy.Times!, 1));
    }

    [Fact]
    public void ForTasks_has_labels_and_candidates_in_the_order_asked_for()
    {
        var part = UserSubset.ForTasks(_data, [4, 1]);
        Assert.Same(_data.Items, part.Items);
        Assert.Equal([_data.Labels[4], _data.Labels[1]], part.Labels);
        Assert.Same(_data.Candidates[4], part.Candidates[0]);
        Assert.Null(part.Candidates[1]);
    }

    private static T[] Events<T>(BehaviorDataset data, T[] values, int user) => values[data.Offsets[user]..data.Offsets[user + 1]];
}
