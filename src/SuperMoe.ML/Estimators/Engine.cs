namespace SuperMoe.ML.Estimators;

internal static class Engine
{
    public static ISuperMoeEngine Default { get; set; } = new TorchEngine();
}
