using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.ML;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Everything in options that can change a model's numbers, as texts by name: equal texts are equal options.</summary>
internal static class OptionsText
{
    /// <summary>The text that has the library's version.</summary>
    public const string Version = "SuperMoe.ML";

    /// <summary>
    /// All properties, those of nested options and tasks too, so that none that is added later is forgotten. Left out are views of items, whose
    /// contents count as data, and who listens or cancels. The library's version, which has the commit it was built from, counts as an option.
    /// </summary>
    public static SortedDictionary<string, string> Of(SuperMoeOptions options)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Version] = typeof(SuperMoeOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        };
        AddProperties(texts, "", options);
        return texts;
    }

    /// <summary>What differs, one line each; the first few.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        const int Most = 5;
        var different = before.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Where(k => Text(before, k) != Text(now, k)).ToList();
        var lines = different.Take(Most).Select(k => $"{k} was {Text(before, k)} and is {Text(now, k)}").ToList();
        if (different.Count > Most) { lines.Add($"and {different.Count - Most} more"); }
        return lines;
    }

    private static string Text(IReadOnlyDictionary<string, string> texts, string key) => texts.TryGetValue(key, out var text) ? text : "absent";

    private static void AddProperties(SortedDictionary<string, string> texts, string prefix, object options)
    {
        foreach (var property in options.GetType().GetProperties())
        {
            if (property.PropertyType == typeof(IDataView) || property.PropertyType == typeof(CancellationToken)
                || property.PropertyType == typeof(IProgress<TrainingProgress>)) { continue; }
            Add(texts, prefix + property.Name, property.GetValue(options));
        }
    }

    private static void Add(SortedDictionary<string, string> texts, string name, object? value)
    {
        switch (value)
        {
            case null:
                texts[name] = "null";
                break;
            case string text:
                texts[name] = $"'{text}'";
                break;
            case bool or Enum:
                texts[name] = value.ToString()!;
                break;
            case IFormattable number:
                texts[name] = number.ToString(null, CultureInfo.InvariantCulture);
                break;
            case IEnumerable list:
                var i = 0;
                foreach (var element in list) { Add(texts, $"{name}[{i++}]", element); }
                texts[$"{name}.Count"] = i.ToString(CultureInfo.InvariantCulture);
                break;
            default:
                if (value is SuperMoeTask) { texts[$"{name}.Kind"] = value.GetType().Name; }
                AddProperties(texts, $"{name}.", value);
                break;
        }
    }
}
