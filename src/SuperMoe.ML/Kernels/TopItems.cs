using System.Numerics;

namespace SuperMoe.ML.Kernels;

/// <summary>The largest of many numbers: one pass that compares a vector of them at a time with the least of those kept.</summary>
internal static class TopItems
{
    /// <summary>Keeps nothing yet.</summary>
    /// <param name="places">Where the numbers stand that are kept; 0 where there is none.</param>
    /// <param name="largest">The numbers themselves, largest first; minus infinity where there is none.</param>
    public static void Begin(Span<int> places, Span<float> largest)
    {
        places.Clear();
        largest.Fill(float.NegativeInfinity);
    }

    /// <summary>Keeps the largest of those kept and of <paramref name="values"/>; of equal ones the first come first. NaN and minus infinity are never kept.</summary>
    /// <param name="values">Further numbers.</param>
    /// <param name="first">Where they begin among all numbers.</param>
    /// <param name="places">Where the numbers stand that are kept.</param>
    /// <param name="largest">The numbers themselves, largest first. As many as <paramref name="places"/>.</param>
    public static void Add(ReadOnlySpan<float> values, int first, Span<int> places, Span<float> largest)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            if (!Vector.GreaterThanAny(new Vector<float>(values[i..]), new Vector<float>(largest[^1]))) { continue; }
            for (var j = i; j < i + Vector<float>.Count; j++) { Insert(values[j], first + j, places, largest); }
        }
        for (; i < values.Length; i++) { Insert(values[i], first + i, places, largest); }
    }

    /// <summary>Keeps one number if it is larger than the least that is kept.</summary>
    public static void Insert(float value, int place, Span<int> places, Span<float> largest)
    {
        if (!(value > largest[^1])) { return; }
        var at = largest.Length - 1;
        while (at > 0 && value > largest[at - 1])
        {
            (largest[at], places[at]) = (largest[at - 1], places[at - 1]);
            at--;
        }
        (largest[at], places[at]) = (value, place);
    }
}
