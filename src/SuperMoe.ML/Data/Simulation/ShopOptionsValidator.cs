using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace SuperMoe.ML.Data;

/// <summary>Finds every mistake in <see cref="ShopOptions"/> at once.</summary>
internal static class ShopOptionsValidator
{
    private const int TastesOfConflict = 8; // fewer cannot tell five factors of three bits apart

    public static void Check(ShopOptions options)
    {
        var mistakes = OutOfRange(options).Concat(Contradictions(options)).ToList();
        if (mistakes.Count > 0)
        {
            throw new ArgumentException("The options of the simulated shop have mistakes. " + string.Join(" ", mistakes), nameof(options));
        }
    }

    private static IEnumerable<string> OutOfRange(ShopOptions options) =>
        from property in typeof(ShopOptions).GetProperties()
        let range = property.GetCustomAttribute<RangeAttribute>()
        let value = property.GetValue(options)
        where range is not null && !range.IsValid(value)
        select string.Create(
            CultureInfo.InvariantCulture, $"{property.Name} is {value:#,0.######}; the range is {range.Minimum:#,0.######} to {range.Maximum:#,0.######}.");

    private static IEnumerable<string> Contradictions(ShopOptions options)
    {
        if (options.Categories > options.Items)
        {
            yield return $"Categories is {options.Categories}; it may not exceed Items, which is {options.Items}.";
        }

        if (options.Purchases > options.Items / 4)
        {
            yield return $"Purchases is {options.Purchases}; it may not exceed a quarter of Items, which is {options.Items / 4}.";
        }

        if (options.MinPurchases > options.Purchases)
        {
            yield return $"MinPurchases is {options.MinPurchases}; it may not exceed Purchases, which is {options.Purchases}.";
        }

        if (options.Conflict is not null && options.Tastes < TastesOfConflict)
        {
            yield return $"Tastes is {options.Tastes}; with Conflict, whose tasks need different factors of the tastes, it is at least {TastesOfConflict}.";
        }
    }
}
