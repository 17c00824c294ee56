using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>Makes a model for some data, and gives it what it knows of the data before the first step.</summary>
internal static class ModelSetup
{
    /// <summary>The values of one attribute that count of an item, from the first.</summary>
    public const int MaxAttributeValues = 64;

    /// <summary>The sizes that the data gives a model. Of an item's values of one attribute, the first 64 count.</summary>
    public static ModelShape Shape(BehaviorSchema schema, ItemAttributes? attributes, int tasks) => new(
        schema.ItemCount,
        [.. schema.KeyFields.Select(f => f.Count)],
        schema.NumberFields.Count,
        schema.HasTime,
        schema.ProfileSize,
        tasks,
        attributes is null ? [] : [.. attributes.KeyFields.Select((f, i) => (f.Count, Width(attributes.Offsets[i])))],
        attributes?.NumberCount ?? 0);

    /// <summary>A model with initial weights, standardization and item statistics, on the CPU.</summary>
    public static MultiTaskModel Create(TrainingRequest request, UserSplit split)
    {
        var data = request.Data;
        var shape = Shape(data.Schema, request.Attributes, request.Tasks.Count);
        var model = new MultiTaskModel(shape, request.Model, request.Tasks, request.Classes, request.Training.TableOptimizer, request.Seed);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Standardize(model, data, split);
        if (request.Attributes is { } attributes) { SetAttributes(model.Encoder.Items, attributes, shape, ItemCounts(data, split)); }
        return model;
    }

    /// <summary>How often training sees each item, in V + 1 numbers.</summary>
    public static int[] ItemCounts(BehaviorDataset data, UserSplit split)
    {
        var counts = new int[data.Schema.ItemCount + 1];
        for (var user = 0; user < data.Count; user++)
        {
            foreach (var item in data.Items.AsSpan(data.Offsets[user], split.TrainingLength(user))) { counts[item]++; }
        }
        return counts;
    }

    private static void Standardize(MultiTaskModel model, BehaviorDataset data, UserSplit split)
    {
        if (model.Encoder.Encoder.Numbers is { } numbers)
        {
            var moments = data.NumberFields.Select(f => Moments(f)).ToArray();
            numbers.Standardize([.. moments.Select(m => (float)m.Mean)], [.. moments.Select(m => (float)m.Deviation)]);
        }
        if (model.Encoder.Encoder.Profiles is { } profiles)
        {
            var size = data.Schema.ProfileSize;
            var moments = Enumerable.Range(0, size).Select(p => Moments(data.Profiles.Where((_, i) => i % size == p))).ToArray();
            profiles.Standardize([.. moments.Select(m => (float)m.Mean)], [.. moments.Select(m => (float)m.Deviation)]);
        }
        for (var t = 0; t < model.Heads.Count; t++)
        {
            if (model.Heads[t] is not RegressionHead head) { continue; }
            var (mean, deviation) = Moments(data.Labels[t]!.Where((_, user) => !split.IsValidation(user)));
            head.Standardize(mean, deviation);
        }
    }

    private static void SetAttributes(ItemEncoder items, ItemAttributes attributes, ModelShape shape, int[] counts)
    {
        var rows = shape.ItemCount + 1;
        var values = shape.AttributeFields.Select((field, f) =>
        {
            var padded = new long[(long)rows * field.Width];
            for (var item = 0; item < rows; item++)
            {
                var start = attributes.Offsets[f][item];
                var count = Math.Min(field.Width, attributes.Offsets[f][item + 1] - start);
                for (var i = 0; i < count; i++) { padded[((long)item * field.Width) + i] = attributes.Values[f][start + i]; }
            }
            return tensor(padded, [rows, field.Width]);
        }).ToArray();
        var numbers = shape.AttributeNumberCount > 0 ? tensor(attributes.Numbers, [rows, shape.AttributeNumberCount]) : null;
        items.SetAttributes(values, numbers, tensor([.. counts.Select(c => c > 0 ? 1f : 0f)], [rows, 1]));
    }

    private static int Width(int[] offsets)
    {
        var width = 1;
        for (var i = 0; i + 1 < offsets.Length; i++) { width = Math.Max(width, offsets[i + 1] - offsets[i]); }
        return Math.Min(width, MaxAttributeValues);
    }

    private static (double Mean, double Deviation) Moments(IEnumerable<float> values)
    {
        double count = 0, mean = 0, squares = 0; // Welford
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) { continue; }
            count++;
            var difference = value - mean;
            mean += difference / count;
            squares += difference * (value - mean);
        }
        return (mean, count > 0 ? Math.Sqrt(squares / count) : 0);
    }
}
