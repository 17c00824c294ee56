using Microsoft.ML;
using Quickstart.Rendering;
using SuperMoe.ML;

namespace Quickstart.Steps;

/// <summary>An ordinary ML.NET pipeline with SuperMoe in it.</summary>
internal static class Training
{
    public static ITransformer Fit(MLContext ml, Dataset data, Users users)
    {
        var options = data.Options();
        var model = TrainingBar.Show<ITransformer>(progress =>
        {
            options.ItemColumn = data.ItemColumn;
            options.SequenceColumns = [.. data.SequenceColumns.Where(column => column != data.ItemColumn)];
            options.TimeColumn = data.TimeColumn;
            options.ProfileColumn = data.ProfileColumn;
            options.ItemAttributes = data.Items(ml);
            options.Tasks = [new NextItemTask(), .. data.Labels.Select(label => label.Task)];
            options.Training.Progress = progress;

            return data.Preparation(ml)
                .Append(ml.Transforms.SuperMoe(options))
                .Append(data.Finish(ml))
                .Fit(users.All);
        });
        Tell(model.FindSuperMoe()!.Report!, options.Training);
        return model;
    }

    private static void Tell(TrainingReport report, TrainingOptions options)
    {
        Page.Line($"{report.Parameters:N0} weights, {report.Seconds:F0} s; the best epoch was {report.BestEpoch}.");
        if (options.TimeLimit is { } limit && report.Seconds >= limit.TotalSeconds)
        {
            Page.Line($"Training ended by its limit of {limit.TotalSeconds:F0} s: this machine is slow or busy, and the figures below are worse for it.");
        }
    }
}
