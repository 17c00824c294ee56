using Microsoft.ML;
using Quickstart.Rendering;
using SuperMoe.ML;

namespace Quickstart.Steps;

/// <summary>An ordinary ML.NET pipeline with SuperMoe in it.</summary>
internal static class Training
{
    public static ITransformer Fit(MLContext ml, Dataset data, Users users) =>
        TrainingBar.Show(progress =>
        {
            var options = data.Options();
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
}
