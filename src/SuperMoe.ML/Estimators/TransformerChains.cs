using Microsoft.ML;

namespace SuperMoe.ML.Estimators;

/// <summary>Looks into chains of transformers.</summary>
internal static class TransformerChains
{
    /// <summary>The stages of a chain in order, those of chains in it in their place; a lone transformer is its own only stage.</summary>
    public static IEnumerable<ITransformer> Stages(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Stages) : [model];

    /// <summary>The first model of this library in a chain, and <paramref name="data"/> after the stages before it.</summary>
    /// <returns><see langword="null"/> where the chain has none.</returns>
    public static (SuperMoeTransformer Model, IDataView Data)? Before(ITransformer model, IDataView data)
    {
        foreach (var stage in Stages(model))
        {
            if (stage is SuperMoeTransformer found) { return (found, data); }
            data = stage.Transform(data);
        }
        return null;
    }
}
