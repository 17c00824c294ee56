using System.Numerics;

namespace SuperMoe.ML.Tasks;

/// <summary>The largest of many numbers: one pass that compares a vector of them at a time with the least of those kept.</summary>
internal static class TopItems
{
    /// <summary>Finds the largest numbers, largest first; of equal ones the first come first. NaN and minus infinity are never among them.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="places">Where they stand in <paramref name="values"/>; 0 where there are fewer.</param>
    /// <param name="largest">The numbers themselves; minus infinity where there are fewer. As many as <paramref name="places"/>.</param>
    public static void Select(ReadOnlySpan<float> values, Span<int> places, Span<float> largest)
    {
        places.Clear();
        largest.Fill(float.NegativeInfinity);
        if (places.Length == 0) { return; }
        var width = Vector<float>.Count;
        var i = 0;
        for (; i + width <= values.Length; i += width)
        {
            if (!Vector.GreaterThanAny(new Vector<float>(values[i..]), new Vector<float>(largest[^1]))) { continue; }
            for (var j = i; j < i + width; j++) { Insert(values[j], j, places, largest); }
        }
        for (; i < values.Length; i++) { Insert(values[i], i, places, largest); }
    }

    private static void Insert(float value, int place, Span<int> places, Span<float> largest)
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
