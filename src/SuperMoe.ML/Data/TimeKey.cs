namespace SuperMoe.ML.Data;

/// <summary>Maps times of any allowed type to numbers of the same order. The tests on types vanish when the code is compiled for a type.</summary>
internal static class TimeKey
{
    /// <summary>Whether it is NaN, or 0001-01-01, which ML.NET reads in place of a missing date (text files, data frames).</summary>
    public static bool IsMissing<T>(T time)
    {
        if (typeof(T) == typeof(float))
        {
            return float.IsNaN((float)(object)time!);
        }

        if (typeof(T) == typeof(double))
        {
            return double.IsNaN((double)(object)time!);
        }

        return typeof(T) == typeof(DateTime) ? (DateTime)(object)time! == default
            : typeof(T) == typeof(DateTimeOffset) && (DateTimeOffset)(object)time! == default;
    }

    public static long Of<T>(T time) => time switch
    {
        DateTime date => date.Ticks,
        DateTimeOffset date => date.UtcTicks,
        float number => OfDouble(number),
        double number => OfDouble(number),
        ulong number => (long)(number ^ (1UL << 63)),
        long number => number,
        uint number => number,
        int number => number,
        ushort number => number,
        short number => number,
        byte number => number,
        sbyte number => number,
        _ => throw new NotSupportedException($"Times of type {typeof(T)} have no order."),
    };

    private static long OfDouble(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(number + 0.0); // + 0.0 makes one zero of -0 and 0
        return bits ^ ((bits >> 63) & long.MaxValue); // negative numbers: the larger the bits, the smaller the number
    }
}
