using System.Reflection;

namespace SuperMoe.ML.Data;

/// <summary>The one step from a type known at run time to generic code.</summary>
internal static class GenericFactory
{
    /// <summary>Makes a <paramref name="definition"/> of <paramref name="item"/>, for instance a <c>ValueStore&lt;float&gt;</c>.</summary>
    public static TBase Create<TBase>(Type definition, Type item, params object?[] arguments) =>
        (TBase)Activator.CreateInstance(
            definition.MakeGenericType(item),
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions,
            binder: null,
            arguments,
            culture: null)!;
}
