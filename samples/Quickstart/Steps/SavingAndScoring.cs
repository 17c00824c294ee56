using Microsoft.ML;
using Quickstart.Rendering;

namespace Quickstart.Steps;

/// <summary>ML.NET's own save and load, and a prediction for one user at a time.</summary>
internal static class SavingAndScoring
{
    public static void Demonstrate(Dataset data, Users users, ITransformer model)
    {
        var path = Path.Combine(Path.GetTempPath(), $"quickstart-{Path.GetRandomFileName()}.zip");
        try
        {
            new MLContext().Model.Save(model, users.All.Schema, path);
            Page.Line($"Saved {new FileInfo(path).Length / 1e6:F1} MB, and loaded them into a new MLContext.");

            var ml = new MLContext();
            data.ScoreOne(ml, ml.Model.Load(path, out _));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
