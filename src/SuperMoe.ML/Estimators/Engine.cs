namespace SuperMoe.ML.Estimators;

/// <summary>The engine that the catalog and loading use; constructors take another, for tests.</summary>
internal static class Engine
{
    public static ISuperMoeEngine Default { get; } = new TorchEngine();
}
