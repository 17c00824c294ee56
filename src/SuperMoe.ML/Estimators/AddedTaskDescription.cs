namespace SuperMoe.ML.Estimators;

/// <summary>What is known of a task that was added to a trained model, beside the task itself.</summary>
/// <param name="Adapter">The size of its adapters; 0 is none.</param>
/// <param name="Report">How it was learned.</param>
internal sealed record AddedTaskDescription(int Adapter, FitTaskReport Report);
