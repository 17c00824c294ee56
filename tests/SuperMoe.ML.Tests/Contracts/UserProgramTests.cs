using Microsoft.ML;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>The program that users are promised, from events to a saved model: its names are the contract.</summary>
public sealed class UserProgramTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Program_runs_as_promised()
    {
        var ml = new MLContext(seed: 1);
        var rawEvents = ml.Data.LoadFromEnumerable(Events());
        IDataView events = ml.Transforms.Conversion.MapValueToKey("Genre").Fit(rawEvents).Transform(rawEvents);
        IDataView profiles = ml.Data.LoadFromEnumerable(Profiles());
        IDataView users = ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = "UserId",
            TimeColumn = "Timestamp",
            SequenceColumns = ["MovieId", "Genre"],
            MaxLength = 200,
        }, profiles);

        var pipeline = ml.Transforms.Conversion.MapValueToKey("MovieId")
            .Append(ml.Transforms.Conversion.MapValueToKey("Gender"))
            .Append(ml.Transforms.SuperMoe(new SuperMoeOptions
            {
                ItemColumn = "MovieId",
                SequenceColumns = ["Genre"],
                TimeColumn = "Timestamp",
                ProfileColumn = null,
                Tasks = [new NextItemTask(), new MulticlassTask("Gender"), new RegressionTask("Age"), new BinaryTask("Churned")],
                EmbeddingColumn = "Embedding",
                Model = SuperMoeModelOptions.Tiny(),
                Training = TrainingOptions.Tiny(),
            }));
#pragma warning disable CA1859 // the promised type
        ITransformer model = pipeline.Fit(users);
#pragma warning restore CA1859
        IDataView scored = model.Transform(users);
        AssertOutputs(scored);
        AssertEvaluates(ml, scored);

        ml.Model.Save(model, users.Schema, _path);
        AssertLoads(users, scored);
    }

    [Fact]
    public void Program_takes_genres_as_text_that_the_pipeline_makes_keys()
    {
        var ml = new MLContext(seed: 1);
        var users = ml.Data.GroupIntoSequences(ml.Data.LoadFromEnumerable(Events()), new SequenceOptions
        {
            UserColumn = "UserId",
            TimeColumn = "Timestamp",
            SequenceColumns = ["MovieId", "Genre"],
        }, ml.Data.LoadFromEnumerable(Profiles()));
        var options = SuperMoeOptions.Tiny();
        options.ItemColumn = "MovieId";
        options.SequenceColumns = ["Genre"];
        options.TimeColumn = "Timestamp";
        options.Tasks = [new NextItemTask(), new MulticlassTask("Gender"), new RegressionTask("Age"), new BinaryTask("Churned")];
        options.Training.Epochs = 1;
        var model = ml.Transforms.Conversion.MapValueToKey("MovieId")
            .Append(ml.Transforms.Conversion.MapValueToKey("Genre"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Gender"))
            .Append(ml.Transforms.SuperMoe(options))
            .Fit(users);
        var scored = model.Transform(users);
        AssertOutputs(scored);
        AssertEvaluates(ml, scored);
    }

    private static void AssertOutputs(IDataView scored)
    {
        string[] outputs =
        [
            "Embedding", "NextItem.Score", "NextItem.PredictedLabel", "Gender.Score", "Gender.PredictedLabel", "Age.Score",
            "Churned.Score", "Churned.Probability", "Churned.PredictedLabel",
        ];
        Assert.All(outputs, name => Assert.NotNull(scored.Schema.GetColumnOrNull(name)));
        var rows = Views.Read(scored, scored.Schema["UserId"], scored.Schema["Embedding"]);
        Assert.Equal(Enumerable.Range(0, 60).Select(u => $"user{u}"), rows.Select(r => r[0]));
        Assert.All(rows, r => Assert.All((object[])r[1], v => Assert.True(float.IsFinite((float)v))));
    }

    private static void AssertEvaluates(MLContext ml, IDataView scored)
    {
        var gender = ml.MulticlassClassification.Evaluate(scored, "Gender", "Gender.Score", predictedLabelColumnName: "Gender.PredictedLabel");
        Assert.InRange(gender.MicroAccuracy, 0, 1);
        Assert.Equal(59, gender.ConfusionMatrix.Counts.Sum(c => c.Sum()), 3); // user59 has no profile
        var churned = ml.BinaryClassification.Evaluate(scored, "Churned", "Churned.Score", "Churned.Probability", "Churned.PredictedLabel");
        Assert.InRange(churned.AreaUnderRocCurve, 0, 1);
        var age = ml.Regression.Evaluate(ml.Data.FilterRowsByMissingValues(scored, "Age"), "Age", "Age.Score");
        Assert.True(double.IsFinite(age.RootMeanSquaredError));
    }

    private void AssertLoads(IDataView users, IDataView scored)
    {
        var loaded = new MLContext().Model.Load(_path, out var schema);
        Assert.Equal(users.Schema.Select(c => (c.Name, c.Type)), schema.Select(c => (c.Name, c.Type)));
        var again = loaded.Transform(users);
        string[] names = ["Embedding", "Gender.Score", "Gender.PredictedLabel", "Age.Score", "Churned.Score", "NextItem.PredictedLabel"];
        Views.AssertSameRows(
            Views.Read(scored, [.. names.Select(n => scored.Schema[n])]), Views.Read(again, [.. names.Select(n => again.Schema[n])]));
    }

    private static IEnumerable<Event> Events() =>
        from user in Enumerable.Range(0, 60)
        from step in Enumerable.Range(0, 3 + (user % 7))
        let movie = ((user * 5) + (step * (1 + (user % 2)))) % 20
        select new Event
        {
            UserId = $"user{user}",
            MovieId = $"movie{movie}",
            Genre = movie % 3 == 0 ? "Drama" : "Comedy",
            Timestamp = new DateTime(2024, 1, 1).AddHours((user * 3) + step),
        };

    private static IEnumerable<Profile> Profiles() => Enumerable.Range(0, 59)
        .Select(u => new Profile { UserId = $"user{u}", Gender = u % 2 == 0 ? "F" : "M", Age = 20 + (u % 30), Churned = u % 3 == 0 });

    private sealed class Event
    {
        public string UserId { get; set; } = "";

        public string MovieId { get; set; } = "";

        public string Genre { get; set; } = "";

        public DateTime Timestamp { get; set; }
    }

    private sealed class Profile
    {
        public string UserId { get; set; } = "";

        public string Gender { get; set; } = "";

        public float Age { get; set; }

        public bool Churned { get; set; }
    }
}
