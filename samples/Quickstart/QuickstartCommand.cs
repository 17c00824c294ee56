using System.CommandLine;
using Quickstart.MovieLens;
using Quickstart.Rendering;
using Quickstart.Shop;
using SuperMoe.ML;

namespace Quickstart;

/// <summary>The command line.</summary>
internal static class QuickstartCommand
{
    public static RootCommand Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "A folder with MovieLens 100K (ml-100k.inter, .user, .item). Without it, a small shop is simulated.",
            HelpName = "folder",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "The seed of the simulated shop and of every trainer.",
            DefaultValueFactory = _ => 1,
        };
        var command = new RootCommand(
            "From a log of purchases or ratings to user embeddings and several predictions at once, and how they compare with simpler ways.")
        {
            data, seed,
        };
        command.SetAction(line => Run(line.GetValue(data), line.GetValue(seed)));
        return command;
    }

    private static int Run(string? folder, int seed)
    {
        Page.Prepare();
        try
        {
            Dataset dataset = folder is null ? new ShopDataset(new ShopOptions { Seed = seed }) : new MovieLensDataset(folder);
            Story.Tell(dataset, seed);
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            Page.Error(error.Message);
            return 1;
        }
    }
}
