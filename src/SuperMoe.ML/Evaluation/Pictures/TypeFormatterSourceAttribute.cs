namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>
/// Tells .NET Interactive how a notebook shows a type. It looks for an attribute of this name and shape in any assembly, so that no package is needed here.
/// </summary>
/// <param name="formatterSourceType">A class with a method <c>CreateTypeFormatters</c>; what that gives has a <c>MimeType</c> and a method <c>Format</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; } = ["text/html"];
}
