using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tests.Estimators;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Persistence;

/// <summary>The weights in a saved model.zip are what other languages read.</summary>
public sealed class SavedWeightsTests
{
    [SkippableFact]
    public void Python_reads_a_saved_model_s_weights()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        var (model, report) = Trainer.Train(request);
        var options = new SuperMoeOptions { ItemColumn = "Item", Model = request.Model, Tasks = [.. TinyShop.AllTasks] };
        var labels = TinyShop.AllTasks.Select(t => t is MulticlassTask ? new LabelVocabulary(3, null) : null);
        var ml = new MLContext(1);
        var description = new ModelDescription(options, request.Data.Schema, [.. labels]);
        using var transformer = new SuperMoeTransformer(
            ml.Environment(), description, new ModelScorer(model, options, null, request.Device), report);

        using var read = PythonSafetensors.Read(WeightsOf(ml, transformer));

        var expected = model.state_dict();
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.Select(w => $"{w.Key} [{string.Join(",", w.Value.shape)}]").Order(StringComparer.Ordinal),
            read.RootElement.EnumerateObject().Select(w => $"{w.Name} [{string.Join(",", Numbers(w.Value[0]))}]").Order(StringComparer.Ordinal));
        foreach (var (name, weight) in expected)
        {
            var values = read.RootElement.GetProperty(name)[1];
            Assert.Equal(TestDevice.Read(weight), Numbers(values).Select(v => (float)v));
        }
    }

    private static byte[] WeightsOf(MLContext ml, ITransformer model)
    {
        using var file = new MemoryStream();
        ml.Model.Save(model, null, file);
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        using var entry = zip.Entries.Single(e => e.Name == "Weights.safetensors").Open();
        using var weights = new MemoryStream();
        entry.CopyTo(weights);
        return weights.ToArray();
    }

    private static IEnumerable<double> Numbers(JsonElement array) => array.EnumerateArray().Select(n => n.GetDouble());
}
