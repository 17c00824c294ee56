using System.Text.Json;

namespace SuperMoe.ML.Persistence;

/// <summary>A task that was added to a trained model.</summary>
/// <param name="Task">The task.</param>
/// <param name="Adapter">The size of its adapters; 0 is none.</param>
/// <param name="Report">How it was learned, made by <see cref="ModelJson.ToElement{T}"/>.</param>
internal sealed record AddedTaskDocument(TaskDocument Task, int Adapter, JsonElement Report);
