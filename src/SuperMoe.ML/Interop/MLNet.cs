using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Interop;

/// <summary>The doors to ML.NET's environment that its public surface keeps shut.</summary>
internal static class MLNet
{
    public static IHostEnvironment Environment(TransformsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    public static IHostEnvironment Environment(DataOperationsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);
}
