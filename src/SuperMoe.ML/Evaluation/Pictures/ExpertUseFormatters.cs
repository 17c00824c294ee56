namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>How notebooks show <see cref="ExpertUse"/>: found by its name and shape, see <see cref="TypeFormatterSourceAttribute"/>.</summary>
internal sealed class ExpertUseFormatters
{
#pragma warning disable CA1822 // .NET Interactive calls it on an instance
    public IEnumerable<object> CreateTypeFormatters() => [new ExpertUseHtml()];
#pragma warning restore CA1822
}
