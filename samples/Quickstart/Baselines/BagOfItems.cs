using Microsoft.ML;
using Quickstart.Labels;

namespace Quickstart.Baselines;

/// <summary>What a user has ever done, without order and time: a count for every item; beside it, the features that the model is given, too.</summary>
internal static class BagOfItems
{
    private const string Keys = "Items.Key";
    private const string Bag = "Items.Bag";

    public static IEstimator<ITransformer> Features(MLContext ml, Dataset data)
    {
        var bag = data.Preparation(ml)
            .Append(ml.Transforms.CopyColumns(Keys, data.ItemColumn))
            .Append(ml.Transforms.Conversion.MapKeyToVector(Bag, Keys, outputCountVector: true));
        string[] sources = data.ProfileColumn is { } profile ? [Bag, profile] : [Bag];
        return bag
            .Append(ml.Transforms.Concatenate(Label.Features, sources))
            .Append(ml.Transforms.NormalizeMinMax(Label.Features));
    }
}
