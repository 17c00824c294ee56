using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class LabelCountsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Shares_are_powers_of_how_many_labels_training_sees(double exponent)
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.LabelCountExponent = exponent;
        request.Training.ValidationFraction = 0.25;
        var (data, split) = (request.Data, new UserSplit(request.Data, request.Training, nextItem: true, new Random(1)));

        var shares = LabelCounts.Shares(request, split);

        var trained = Enumerable.Range(0, data.Count).Where(u => !split.IsValidation(u)).ToList();
        double[] counts =
        [
            Enumerable.Range(0, data.Count).Sum(u => Enumerable.Range(1, Math.Max(0, split.TrainingLength(u) - 1)).Count(e => e < data.Length(u) && data.Items[data.Offsets[u] + e] != 0)),
            trained.Count(u => !float.IsNaN(data.Labels[1]![u])),
            trained.Count(u => !float.IsNaN(data.Labels[2]![u])),
            trained.Count(u => !float.IsNaN(data.Labels[3]![u])),
            trained.Count(u => !float.IsNaN(data.Labels[4]![u]) && data.Candidates[4]![u] != 0),
        ];
        Assert.All(counts, c => Assert.True(c > 0));
        Assert.True(counts[4] < counts[1]);
        Assert.Equal(counts.Select(c => Math.Pow(c / counts.Max(), exponent)), shares);
    }

    [Fact]
    public void A_task_without_labels_is_multiplied_by_one()
    {
        var request = TinyShop.Request([new BinaryTask("Even"), new BinaryTask("Odd")]);
        Array.Fill(request.Data.Labels[1]!, float.NaN);
        Assert.Equal([1, 1], LabelCounts.Shares(request, new UserSplit(request.Data, request.Training, nextItem: false, new Random(1))));
    }
}
