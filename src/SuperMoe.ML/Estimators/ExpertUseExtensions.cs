using SuperMoe.ML;

namespace Microsoft.ML;

/// <summary>Expert use for ML.NET.</summary>
public static class ExpertUseExtensions
{
    /// <summary>The shares as a view: columns <c>Block</c> (Int32), <c>Tokens</c> (text), <c>Expert</c> (Int32) and <c>Share</c> (Single), a row for each share.</summary>
    /// <param name="use">Which experts work for which task.</param>
    /// <param name="context">The context that the view belongs to.</param>
    /// <returns>The view; without rows for a model without experts.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static IDataView ToDataView(this ExpertUse use, MLContext context)
    {
        ArgumentNullException.ThrowIfNull(use);
        ArgumentNullException.ThrowIfNull(context);
        return context.Data.LoadFromEnumerable(use.ToRows().ToArray());
    }
}
