using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// A module whose parts have the names they are registered under and no others. TorchSharp otherwise registers every field a second time under the
/// field's name, so that saved models would hold each weight several times.
/// </summary>
internal abstract class NamedModule(string name) : nn.Module(name)
{
    /// <inheritdoc/>
    protected sealed override void RegisterComponents()
    {
    }
}
