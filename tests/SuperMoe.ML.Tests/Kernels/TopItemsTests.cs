using SuperMoe.ML.Kernels;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class TopItemsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1000)]
    [InlineData(10, 7)] // fewer than asked for
    [InlineData(3, 16)]
    [InlineData(200, 1000)]
    public void Add_in_parts_keeps_what_sorting_all_keeps(int k, int count)
    {
        var random = new Random(k);
        float[] values = [.. Enumerable.Range(0, count).Select(i => i % 17 == 3 ? float.NegativeInfinity : i % 19 == 5 ? float.NaN : random.Next(count))]; // with ties
        var expected = Enumerable.Range(0, count).Where(i => values[i] > float.NegativeInfinity).OrderByDescending(i => values[i]).Take(k).ToArray();
        var (places, largest) = (new int[k], new float[k]);
        foreach (var part in new[] { 1, 100, count })
        {
            TopItems.Begin(places, largest);
            for (var first = 0; first < count; first += part)
            {
                TopItems.Add(values.AsSpan(first, Math.Min(part, count - first)), first, places, largest);
            }
            Assert.Equal(expected, places[..expected.Length]);
            Assert.Equal(expected.Select(i => values[i]), largest[..expected.Length]);
            Assert.All(places[expected.Length..], p => Assert.Equal(0, p));
            Assert.All(largest[expected.Length..], s => Assert.Equal(float.NegativeInfinity, s));
        }
    }
}
