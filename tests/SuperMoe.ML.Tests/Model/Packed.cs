using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

/// <summary>Batches and models for tests of the model.</summary>
internal static class Packed
{
    /// <summary>Users of these lengths, with items only.</summary>
    public static SequenceInput Lengths(params int[] lengths)
    {
        var offsets = new int[lengths.Length + 1];
        for (var u = 0; u < lengths.Length; u++) { offsets[u + 1] = offsets[u] + lengths[u]; }
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(9, [], [], HasTime: false, ProfileSize: 0),
            Offsets = offsets,
            Items = [.. Enumerable.Range(0, offsets[^1]).Select(i => 1 + (i % 9))],
        };
        return new BatchBuilder(data, Math.Max(1, lengths.DefaultIfEmpty(0).Max()), TestDevice.Current).Build([.. Enumerable.Range(0, lengths.Length)], lengths);
    }

    /// <summary>These users with all of their events.</summary>
    public static SequenceInput Users(BehaviorDataset data, params int[] users) =>
        new BatchBuilder(data, TinyShop.Model().MaxLength, TestDevice.Current).Build(users, [.. users.Select(data.Length)]);

    /// <summary>A model for the tiny shop.</summary>
    public static SuperMoeModel Model(BehaviorDataset data, SuperMoeModelOptions options, int tasks = 3)
    {
        using var generator = new Generator(17);
        var model = new SuperMoeModel(ModelSetup.Shape(data.Schema, null, tasks), options, updatesItemRows: false, default, generator);
        model.to(TestDevice.Current);
        return model;
    }
}
