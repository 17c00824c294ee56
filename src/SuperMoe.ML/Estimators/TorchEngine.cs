using SuperMoe.ML.Persistence;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Wide;
using SuperMoe.ML.Training;
using TorchSharp;

namespace SuperMoe.ML.Estimators;

/// <summary>Trains and loads models on TorchSharp.</summary>
internal sealed class TorchEngine : ISuperMoeEngine
{
    public (IBatchScorer Scorer, TrainingReport Report) Train(TrainingJob job)
    {
        var options = job.Model.Options;
        var trained = Trainer.Train(new TrainingRequest
        {
            Data = job.Data,
            Attributes = job.Attributes,
            Model = options.Model,
            Training = options.Training,
            Tasks = [.. options.Tasks],
            Classes = Classes(job.Model),
            EmbeddingName = options.EmbeddingColumn,
            Seed = options.Training.Seed!.Value,
            Device = job.Device,
            CheckAlive = job.CheckAlive,
        });
        var attributes = job.Attributes is { } a ? Describe(job.Model, a) : null;
        return (new ModelScorer(trained.Model, options, attributes, job.Device), trained.Report);
    }

    public IBatchScorer Load(ModelDocument document, Stream weights, torch.Device device)
    {
        var description = SavedModel.ToDescription(document);
        var options = description.Options;
        var trained = description.TrainedTasks;
        var shape = ModelSetup.Shape(document.Schema, null, trained) with
        {
            AttributeFields = document.ItemAttributes is { } items ? [.. items.Fields.Select(f => (f.Count, f.Width))] : [],
            AttributeNumberCount = document.ItemAttributes?.NumberCount ?? 0,
        };
        var classes = Classes(description);
        var model = new ExtendedModel(new MultiTaskModel(shape, options.Model, [.. options.Tasks.Take(trained)], classes, default, seed: 0));
        try
        {
            AddWideParts(model.Trained, document);
            for (var t = trained; t < classes.Length; t++) { model = Extended(model, description, t, classes[t]); }
            SafetensorsReader.Open(weights).ReadInto(model.Weights());
            model.Encoder.Items.CheckAttributes(shape);
            foreach (var module in model.Modules) { module.to(device); }
            return new ModelScorer(model, options, document.ItemAttributes, device);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void AddWideParts(MultiTaskModel model, ModelDocument document)
    {
        int[] fieldValues = [.. document.Schema.KeyFields.Select(f => f.Count)];
        for (var t = 0; t < document.Tasks.Count; t++)
        {
            if (document.Tasks[t].WideItems is > 0 and var items && model.Heads[t] is UserHead head)
            {
                head.Add(new WidePart(new WideSize(items, fieldValues, head.HasCandidate, head.LinearLoss().Outputs), () => model.Encoder.Items.Values));
            }
        }
    }

    private static ExtendedModel Extended(ExtendedModel model, ModelDescription description, int task, int classes)
    {
        using var generator = new torch.Generator(0);
        var adapter = description.Added[task - description.TrainedTasks].Adapter;
        using (model)
        {
            return model.With(new AddedTask(
                (LabeledTask)description.Options.Tasks[task], classes, description.Schema.ItemCount, description.Options.Model, adapter, generator));
        }
    }

    private static int[] Classes(ModelDescription model) => [.. model.Labels.Select(l => l?.Classes ?? 0)];

    private static ItemAttributesDocument Describe(ModelDescription model, Data.ItemAttributes attributes)
    {
        var shape = ModelSetup.Shape(model.Schema, attributes, model.Options.Tasks.Count);
        var fields = attributes.KeyFields.Select((f, i) => new AttributeFieldDocument(f.Name, f.Count, shape.AttributeFields[i].Width));
        return new ItemAttributesDocument([.. fields], attributes.NumberCount);
    }
}
