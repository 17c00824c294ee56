using SuperMoe.ML.Estimators;
using SuperMoe.ML.Estimators.Seesaw;

namespace SuperMoe.ML.Tests.Estimators.Seesaw;

public sealed class OptionsTextTests
{
    public static TheoryData<string, Action<SuperMoeOptions>> Changes() => new()
    {
        { "Model.HiddenSize was 32 and is 64", o => o.Model.HiddenSize = 64 },
        { "Model.Moe.Experts was 4 and is 2", o => o.Model.Moe.Experts = 2 },
        { "Training.LearningRate was 0.002 and is 0.003", o => o.Training.LearningRate = 0.003 },
        { "Training.Balancing was Uncertainty and is PCGrad", o => o.Training.Balancing = TaskBalancing.PCGrad },
        { "Training.Seed was null and is 4", o => o.Training.Seed = 4 },
        { "Tasks[1].Weight was 1 and is 2", o => o.Tasks[1].Weight = 2 },
        { "Tasks[4].CandidateColumn was 'Candidate' and is null", o => ((BinaryTask)o.Tasks[4]).CandidateColumn = null },
        { "Tasks[0].TopK was 3 and is 4", o => ((NextItemTask)o.Tasks[0]).TopK = 4 },
        { "SequenceColumns[1] was 'Amount' and is absent", o => o.SequenceColumns.RemoveAt(1) },
        { "Model.Moe.SparseBlocks was null and is absent", o => o.Model.Moe.SparseBlocks = [0] },
        { "Tasks[3].Kind was BinaryTask and is RegressionTask", o => o.Tasks[3] = new RegressionTask("Churned") },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Differences_name_what_was_changed(string expected, Action<SuperMoeOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var options = SampleUsers.Options();
        change(options);
        Assert.Contains(expected, OptionsText.Differences(OptionsText.Of(SampleUsers.Options()), OptionsText.Of(options)));
    }

    [Fact]
    public void Who_listens_and_cancels_makes_no_difference()
    {
        using var source = new CancellationTokenSource();
        var options = OptionsSnapshot.Of(SampleUsers.Options());
        options.Training.CancellationToken = source.Token;
        options.Training.Progress = new Progress<TrainingProgress>();
        Assert.Empty(OptionsText.Differences(OptionsText.Of(SampleUsers.Options()), OptionsText.Of(options)));
    }

    [Fact]
    public void Differences_that_are_many_are_counted()
    {
        var lines = OptionsText.Differences(OptionsText.Of(SampleUsers.Options()), OptionsText.Of(SuperMoeOptions.ShortHistories()));
        Assert.Equal(6, lines.Count);
        Assert.Matches("^and [0-9]+ more$", lines[5]);
    }
}
