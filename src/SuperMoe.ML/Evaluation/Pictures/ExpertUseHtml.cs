namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary><see cref="ExpertUse"/> in a notebook: the picture.</summary>
internal sealed class ExpertUseHtml
{
    public string MimeType { get; } = "text/html";

#pragma warning disable CA1822 // .NET Interactive calls it on an instance
    /// <summary>Writes what is shown.</summary>
    /// <returns>Whether it is something to show.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not ExpertUse use) { return false; }
        writer.Write(use.ToHtml());
        return true;
    }
#pragma warning restore CA1822
}
