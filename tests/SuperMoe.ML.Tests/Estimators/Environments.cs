using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests.Estimators;

internal static class Environments
{
    public static IHostEnvironment Environment(this MLContext ml) => MLNet.Environment(ml.Transforms);
}
