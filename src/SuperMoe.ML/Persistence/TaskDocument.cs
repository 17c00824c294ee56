using System.Text.Json.Serialization;

namespace SuperMoe.ML.Persistence;

/// <summary>One task, told apart by the member <c>kind</c>.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Weight">The factor of its loss.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(NextItemTaskDocument), "nextItem")]
[JsonDerivedType(typeof(BinaryTaskDocument), "binary")]
[JsonDerivedType(typeof(MulticlassTaskDocument), "multiclass")]
[JsonDerivedType(typeof(RegressionTaskDocument), "regression")]
internal abstract record TaskDocument(string Name, double Weight)
{
    /// <summary>The items that the task's wide part has weights for; 0 without one, as in models that were saved before there were any.</summary>
    public int WideItems { get; init; }

    /// <summary>The task as its user described it.</summary>
    public abstract SuperMoeTask ToTask();
}
