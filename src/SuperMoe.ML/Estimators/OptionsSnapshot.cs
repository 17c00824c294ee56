using System.Runtime.CompilerServices;

namespace SuperMoe.ML.Estimators;

/// <summary>Deep copies of options, so that what a user changes later changes nothing here.</summary>
internal static class OptionsSnapshot
{
    /// <summary>A copy with copies of everything that can be changed; the items' view, the token and the progress listener are shared.</summary>
    public static SuperMoeOptions Of(SuperMoeOptions options)
    {
        var copy = Clone(options);
        copy.SequenceColumns = [.. options.SequenceColumns];
        copy.Tasks = [.. options.Tasks.Select(Clone)];
        copy.Model = Clone(options.Model);
        copy.Model.Moe = Clone(options.Model.Moe);
        copy.Model.Moe.SparseBlocks = options.Model.Moe.SparseBlocks is { } blocks ? [.. blocks] : null;
        copy.Training = Clone(options.Training);
        return copy;
    }

    private static T Clone<T>(T options)
        where T : class =>
        (T)MemberwiseClone(options);

    // A member-wise copy cannot forget a property that is added later.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(MemberwiseClone))]
    private static extern object MemberwiseClone(object value);
}
