using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>The command <c>sequence</c>.</summary>
internal static class SequenceCommand
{
    private static readonly RecipeDefaults s_defaults = new(Minutes: 15, Epochs: 60, MaxLength: 50, Dropout: 0.5, LearningRate: 4e-3);

    public static Command Create()
    {
        var data = Setting.Required("--data", "One user a line, 'user item item ...', oldest item first, as Beauty.txt.", "FILE");
        var attributes = new Option<string?>("--attributes")
        {
            Description = "A JSON object from item id to a list of attribute ids, as Beauty_item2attributes.json; without it, items are known by their ids only.",
            HelpName = "FILE",
        };
        var recipe = new RecipeSettings(s_defaults);
        var command = new Command("sequence", "Next item on a file of sequences: leave-one-out, all items ranked, all users judged.") { data, attributes };
        recipe.AddTo(command);
        command.SetAction(line =>
        {
            new SequenceBenchmark(recipe.Read(line), line.InvocationConfiguration.Output).Run(line.GetRequiredValue(data), line.GetValue(attributes));
            return 0;
        });
        return command;
    }
}
