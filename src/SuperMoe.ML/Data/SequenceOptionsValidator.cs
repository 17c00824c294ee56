using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>Finds every mistake in <see cref="SequenceOptions"/> that shows without looking at the data.</summary>
internal static class SequenceOptionsValidator
{
    public static void Check(IHostEnvironment env, SequenceOptions options)
    {
        var mistakes = Mistakes(options);
        if (mistakes.Count > 0)
        {
            throw env.ExceptUserArg(nameof(options), Message.OfMistakes("The sequence options are wrong", mistakes));
        }
    }

    public static List<string> Mistakes(SequenceOptions options)
    {
        var mistakes = new List<string>();
        CheckAttributes(options, mistakes);
        CheckSequenceColumns(options.SequenceColumns, mistakes);
        CheckNames(options, mistakes);
        return mistakes;
    }

    /// <summary>The names of the columns that become vectors, in the order of the output: those asked for, and the time.</summary>
    public static IEnumerable<string> FieldNames(SequenceOptions options) =>
        options.SequenceColumns.Contains(options.TimeColumn) ? options.SequenceColumns : options.SequenceColumns.Append(options.TimeColumn);

    public static string HeldOutName(string column) => column + ".HeldOut";

    private static void CheckAttributes(SequenceOptions options, List<string> mistakes)
    {
        foreach (var property in typeof(SequenceOptions).GetProperties())
        {
            var value = property.GetValue(options);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
            {
                mistakes.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{property.Name} is {value:N0}; the range is {range.Minimum:N0} to {range.Maximum:N0}."));
            }

            if (property.GetCustomAttribute<RequiredAttribute>()?.IsValid(value) == false)
            {
                mistakes.Add($"{property.Name} is empty; it must name a column of the events.");
            }
        }
    }

    private static void CheckSequenceColumns(IList<string>? columns, List<string> mistakes)
    {
        if (columns is null || columns.Count == 0)
        {
            mistakes.Add($"{nameof(SequenceOptions.SequenceColumns)} is empty; it must name at least one column of the events.");
            return;
        }

        for (var i = 0; i < columns.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(columns[i]))
            {
                mistakes.Add($"{nameof(SequenceOptions.SequenceColumns)}[{i}] is empty; it must name a column of the events.");
            }
        }

        foreach (var name in Repeated(columns.Where(name => !string.IsNullOrWhiteSpace(name))))
        {
            mistakes.Add($"{nameof(SequenceOptions.SequenceColumns)} names '{name}' more than once; a column may be named once.");
        }
    }

    private static void CheckNames(SequenceOptions options, List<string> mistakes)
    {
        var columns = (options.SequenceColumns ?? []).Where(name => !string.IsNullOrWhiteSpace(name)).ToHashSet();
        if (!string.IsNullOrWhiteSpace(options.UserColumn) && options.UserColumn == options.TimeColumn)
        {
            mistakes.Add($"{nameof(options.UserColumn)} and {nameof(options.TimeColumn)} are both '{options.UserColumn}'; they must differ.");
        }

        if (columns.Contains(options.UserColumn))
        {
            mistakes.Add($"{nameof(options.SequenceColumns)} names the user column '{options.UserColumn}'; " +
                "that column stays one value a user. Duplicate the column under another name to have its sequence too.");
        }

        if (options.HoldOutLast > 0)
        {
            columns.Add(options.TimeColumn ?? "");
            var taken = columns.Append(options.UserColumn).ToHashSet();
            foreach (var name in columns.Where(name => taken.Contains(HeldOutName(name))))
            {
                mistakes.Add($"Column '{HeldOutName(name)}' has the name of the output for held-out events of '{name}'; rename it.");
            }
        }
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);
}
