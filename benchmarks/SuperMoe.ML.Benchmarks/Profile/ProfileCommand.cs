using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Profile;

/// <summary>The command <c>profile</c>.</summary>
internal static class ProfileCommand
{
    private static readonly RecipeDefaults s_defaults = new(Minutes: 15, Epochs: 1, MaxLength: 50, Dropout: 0.5, LearningRate: 4e-3);

    public static Command Create()
    {
        var data = Setting.Required("--data", "One user a line, 'user item item ...', oldest item first, as Beauty.txt.", "FILE");
        var recipe = new RecipeSettings(s_defaults);
        var command = new Command("profile", "Where the time of a training step goes: the stages of an epoch of next-item training, after one to warm up.") { data };
        recipe.AddTo(command);
        command.SetAction(line =>
        {
            new ProfileBenchmark(recipe.Read(line), line.InvocationConfiguration.Output).Run(line.GetRequiredValue(data));
            return 0;
        });
        return command;
    }
}
