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
        if (request.Attributes is { } attributes) { SetAttributes(model.Encoder.Items, attributes, shape, Seen(data, split)); }
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

    // In a training sequence, or as a candidate with a label to learn from.
    private static bool[] Seen(BehaviorDataset data, UserSplit split)
    {
        bool[] seen = [.. ItemCounts(data, split).Select(c => c > 0)];
        for (var t = 0; t < data.Candidates.Length; t++)
        {
            if (data.Candidates[t] is not { } candidates || data.Labels[t] is not { } labels) { continue; }
            for (var user = 0; user < data.Count; user++) { seen[candidates[user]] |= !split.IsValidation(user) && !float.IsNaN(labels[user]); }
        }
        return seen;
    }

    private static void Standardize(MultiTaskModel model, BehaviorDataset data, UserSplit split)
    {
        model.Encoder.Encoder.Numbers?.Standardize([.. data.NumberFields.Select(f => OfEvents(f, data, split))]);
        model.Encoder.Encoder.Profiles?.Standardize(OfProfiles(data));
        for (var t = 0; t < model.Heads.Count; t++)
        {
            if (model.Heads[t] is not RegressionHead head) { continue; }
            var moments = default(Moments);
            for (var user = 0; user < data.Count; user++)
            {
                if (!split.IsValidation(user)) { moments.Add(data.Labels[t]![user]); }
            }
            head.Standardize(moments.Mean, moments.Deviation);
        }
    }

    // Over the events that training sees.
    private static (float Mean, float Deviation) OfEvents(float[] field, BehaviorDataset data, UserSplit split)
    {
        var moments = default(Moments);
        for (var user = 0; user < data.Count; user++)
        {
            foreach (var value in field.AsSpan(data.Offsets[user], split.TrainingLength(user))) { moments.Add(value); }
        }
        return ((float)moments.Mean, (float)moments.Deviation);
    }

    private static (float Mean, float Deviation)[] OfProfiles(BehaviorDataset data)
    {
        var moments = new Moments[data.Schema.ProfileSize];
        for (var i = 0; i < data.Profiles.Length; i++) { moments[i % moments.Length].Add(data.Profiles[i]); }
        return [.. moments.Select(m => ((float)m.Mean, (float)m.Deviation))];
    }

    private static void SetAttributes(ItemEncoder items, ItemAttributes attributes, ModelShape shape, bool[] seen)
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
        items.SetAttributes(values, numbers, tensor([.. seen.Select(s => s ? 1f : 0f)], [rows, 1]));
    }

    private static int Width(int[] offsets)
    {
        var width = 1;
        for (var i = 0; i + 1 < offsets.Length; i++) { width = Math.Max(width, offsets[i + 1] - offsets[i]); }
        return Math.Min(width, MaxAttributeValues);
    }
}
