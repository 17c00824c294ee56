using Microsoft.ML;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

public sealed class TaskSharingContractTests
{
    [Theory]
    [InlineData(TaskSharing.SharedBottom, null)]
    [InlineData(TaskSharing.Mmoe, null)]
    [InlineData(TaskSharing.Ple, null)]
    [InlineData(TaskSharing.Ple, 5)]
    public void A_saved_and_loaded_model_has_the_same_schema_and_bit_identical_values(TaskSharing sharing, int? expertSize)
    {
        var ml = new MLContext(1);
        var (train, test) = (SampleUsers.KeyedView(ml, 60), SampleUsers.KeyedView(ml, 23, seed: 9));
        var options = SampleUsers.Options();
        (options.Model.Sharing, options.Model.SharingExpertSize) = (sharing, expertSize);
        using var model = ml.Transforms.SuperMoe(options).Fit(train);
        using var stream = new MemoryStream();
        ml.Model.Save(model, train.Schema, stream);
        stream.Position = 0;

        var loaded = new MLContext(7).Model.Load(stream, out _);

        Views.AssertSameSchemas(model.GetOutputSchema(test.Schema), loaded.GetOutputSchema(test.Schema));
        var (before, after) = (model.Transform(test), loaded.Transform(test));
        Views.AssertSameRows(Views.Read(before, Views.Visible(before.Schema)), Views.Read(after, Views.Visible(after.Schema)));
        (loaded as IDisposable)?.Dispose();
    }
}
