namespace SuperMoe.ML.Data;

/// <summary>What stands for a value that is not there, as in ML.NET: NaN, key 0, empty text, or the default of types that know no missing.</summary>
internal static class MissingValue<T>
{
    public static readonly T Value = Find();

    private static T Find()
    {
        if (typeof(T) == typeof(float))
        {
            return (T)(object)float.NaN;
        }

        return typeof(T) == typeof(double) ? (T)(object)double.NaN : default!;
    }
}
