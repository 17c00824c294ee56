using SuperMoe.ML.Estimators;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class OptionsSnapshotTests
{
    [Fact]
    public void Of_copies_every_property_of_every_kind_of_options()
    {
        var options = SampleUsers.Options();
        options.Model.Moe.SparseBlocks = [0];
        options.Training.Seed = 5;
        AssertCopied(options, OptionsSnapshot.Of(options));
    }

    [Fact]
    public void Later_changes_do_not_reach_the_copy()
    {
        var options = SampleUsers.Options();
        options.Model.Moe.SparseBlocks = [0];
        var copy = OptionsSnapshot.Of(options);
        options.Model.HiddenSize = 64;
        options.Model.Moe.Experts = 2;
        options.Model.Moe.SparseBlocks.Clear();
        options.Training.Epochs = 77;
        options.Tasks[1].Name = "Changed";
        options.Tasks.RemoveAt(0);
        options.SequenceColumns.Clear();
        AssertCopied(SampleUsersWithBlocks(), copy);
    }

    private static SuperMoeOptions SampleUsersWithBlocks()
    {
        var options = SampleUsers.Options();
        options.Model.Moe.SparseBlocks = [0];
        return options;
    }

    private static void AssertCopied(object expected, object actual)
    {
        Assert.Equal(expected.GetType(), actual.GetType());
        Assert.NotSame(expected, actual);
        foreach (var property in expected.GetType().GetProperties().Where(p => p.CanRead && p.GetMethod!.GetParameters().Length == 0))
        {
            var (a, b) = (property.GetValue(expected), property.GetValue(actual));
            if (a is IEnumerable<SuperMoeTask> tasks)
            {
                var others = ((IEnumerable<SuperMoeTask>)b!).ToList();
                Assert.Equal(tasks.Count(), others.Count);
                foreach (var (task, other) in tasks.Zip(others)) { AssertCopied(task, other); }
            }
            else if (a is SuperMoeModelOptions or MoeOptions or TrainingOptions) { AssertCopied(a, b!); }
            else { Assert.Equal(a, b); }
        }
    }
}
