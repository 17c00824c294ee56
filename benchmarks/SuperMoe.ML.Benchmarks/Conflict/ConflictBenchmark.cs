using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>Trains the conflicting tasks of a simulated shop alone and together, with the same architecture and as many epochs, and compares.</summary>
internal sealed class ConflictBenchmark(Recipe recipe, ConflictSettings settings, TextWriter output)
{
    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    public void Run()
    {
        var levels = settings.Levels.Distinct().Select(level => new ConflictFigures(level)).ToList();
        foreach (var figures in levels)
        {
            for (var s = 0; s < settings.Seeds; s++) { Measure(figures, recipe with { Seed = recipe.Seed + s }); }
            Write(figures);
        }
        output.WriteLine(JsonLine.Of("conflict", recipe.Seed, new { recipe, settings }, new Dictionary<string, object?> { ["levels"] = levels.Select(Entry) }));
    }

    private void Measure(ConflictFigures figures, Recipe seeded)
    {
        var shop = new ConflictShop(new ShopOptions
        {
            Users = settings.Users,
            Items = 300,
            Purchases = settings.Purchases,
            Succession = 0.1,
            Seed = seeded.Seed,
            Conflict = figures.Level,
        });
        foreach (var task in settings.Tasks)
        {
            figures.Add(ConflictFigures.Ideal, task, shop.Ideal(task));
            Train(figures, shop, seeded with { Balancing = TaskBalancing.Fixed }, ConflictFigures.Alone, task);
        }
        foreach (var strategy in settings.Strategies) { Train(figures, shop, seeded with { Balancing = strategy }, strategy.ToString(), settings.Tasks); }
    }

    private void Train(ConflictFigures figures, ConflictShop shop, Recipe seeded, string method, params string[] tasks)
    {
        var clock = Stopwatch.StartNew();
        var chain = shop.Pipeline(tasks, seeded).Fit(shop.Training);
        using var model = chain.FindSuperMoe()!;
        var scored = chain.Transform(shop.Test);
        var qualities = tasks.Select(task => (Task: task, Value: shop.Quality(scored, task))).ToList();
        foreach (var (task, value) in qualities) { figures.Add(method, task, value); }
        Say($"  conflict {figures.Level}, seed {seeded.Seed}, {method}, {clock.Elapsed.TotalSeconds:0.0} s: {string.Join(", ", qualities.Select(q => Text($"{q.Task} {q.Value:0.0000}")))}");
    }

    private void Write(ConflictFigures figures)
    {
        Say($"");
        Say($"Conflict {figures.Level}, mean of {settings.Seeds} seeds; in brackets the change against the task alone, in percent, with its 95% interval.");
        var table = new TextTable(["method", .. settings.Tasks]);
        foreach (var method in figures.Methods)
        {
            table.Add([method, .. settings.Tasks.Select(task => Cell(figures, method, task))]);
        }
        table.Write(output);
        var harmed = figures.Harmed(nameof(TaskBalancing.Fixed), settings.Tasks);
        Say($"The plain sum harms {harmed} most: {Change(figures, nameof(TaskBalancing.Fixed), harmed)} %.");
        foreach (var strategy in settings.Strategies.Where(s => s != TaskBalancing.Fixed).Select(s => s.ToString()))
        {
            var worst = figures.Harmed(strategy, settings.Tasks);
            Say($"{strategy}: {harmed} {Change(figures, strategy, harmed)} %; the lowest is {worst}, {Change(figures, strategy, worst)} %.");
        }
        if (figures.Within(harmed) is { } within)
        {
            var (plain, balanced) = (figures.PlainHarms(harmed) ? "yes" : "no", within ? "yes" : "no");
            Say($"The plain sum loses at least {ConflictFigures.Harm} % on {harmed}: {plain}; {ConflictFigures.Default}, the default, at most {ConflictFigures.Tolerance} %: {balanced}.");
        }
        Say($"");
    }

    private static string Cell(ConflictFigures figures, string method, string task)
    {
        var value = Text($"{figures.Of(method, task).Average():0.000}");
        return method is ConflictFigures.Alone or ConflictFigures.Ideal ? value : Text($"{value} ({Change(figures, method, task)})");
    }

    private static string Change(ConflictFigures figures, string method, string task)
    {
        var change = figures.Change(method, task);
        return double.IsNaN(change.Upper) ? Signed(change.Mean) : Text($"{Signed(change.Mean)} ± {change.Upper - change.Mean:0.0}");
    }

    // Adding 0 makes 0 of what is rounded to -0, which would be shown as -+0.0.
    private static string Signed(double percent) => Text($"{Math.Round(percent, 1) + 0.0:+0.0;-0.0;0.0}");

    private Dictionary<string, object?> Entry(ConflictFigures figures) => new()
    {
        ["conflict"] = figures.Level,
        ["harmed"] = figures.Harmed(nameof(TaskBalancing.Fixed), settings.Tasks),
        ["plainHarms"] = figures.PlainHarms(figures.Harmed(nameof(TaskBalancing.Fixed), settings.Tasks)),
        ["defaultWithin"] = figures.Within(figures.Harmed(nameof(TaskBalancing.Fixed), settings.Tasks)),
        ["methods"] = figures.Methods.ToDictionary(method => method, method => settings.Tasks.ToDictionary(task => task, task => new Dictionary<string, object?>
        {
            ["values"] = figures.Of(method, task),
            ["mean"] = figures.Of(method, task).Average(),
            ["changePercent"] = figures.Change(method, task).Mean,
            ["changeFrom"] = figures.Change(method, task).Lower,
            ["changeTo"] = figures.Change(method, task).Upper,
        })),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Say(FormattableString text)
    {
        output.WriteLine(Text(text));
        output.Flush();
    }
}
