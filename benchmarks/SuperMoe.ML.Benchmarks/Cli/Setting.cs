using System.CommandLine;

namespace SuperMoe.ML.Benchmarks.Cli;

/// <summary>Makes options of the command line.</summary>
internal static class Setting
{
    /// <summary>An option with a default, which its help shows.</summary>
    public static Option<T> Of<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>The option, allowing these values alone.</summary>
    public static Option<string> Among(this Option<string> option, params string[] values) => option.AcceptOnlyFromAmong(values);

    /// <summary>An option of several values, with those that it has unless given.</summary>
    public static Option<T[]> Many<T>(string name, string description, params T[] values) =>
        new(name) { Description = description, DefaultValueFactory = _ => values, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };

    /// <summary>The option, allowing these values alone.</summary>
    public static Option<string[]> Each(this Option<string[]> option, params string[] values) => option.AcceptOnlyFromAmong(values);

    /// <summary>An option that must be given.</summary>
    public static Option<string> Required(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help, Required = true };

    /// <summary>Where to compute.</summary>
    public static Option<string> Device() => Of("--device", "Where to compute: cpu or cuda.", "cpu").Among("cpu", "cuda");

    /// <summary>Something that is on unless it is said to be false.</summary>
    public static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => true, HelpName = "true|false", Arity = ArgumentArity.ExactlyOne };

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static Option<int> AtLeast(int least, string name, string description, int value)
    {
        var option = Of(name, description, value);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least) { result.AddError($"{name} must be at least {least}."); }
        });
        return option;
    }

    /// <summary>A number above 0.</summary>
    public static Option<double> Positive(string name, string description, double value)
    {
        var option = Of(name, description, value);
        option.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() > 0)) { result.AddError($"{name} must be above 0."); }
        });
        return option;
    }
}
