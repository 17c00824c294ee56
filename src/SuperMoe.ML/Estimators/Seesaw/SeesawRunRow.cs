namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>A row of the view of a report's runs: the properties are its columns, in their order.</summary>
internal sealed class SeesawRunRow
{
    public string Contestant { get; set; } = "";

    public int Tasks { get; set; }

    public int Seed { get; set; }

    public string Task { get; set; } = "";

    public string Metric { get; set; } = "";

    public double Value { get; set; }

    public double Seconds { get; set; }

    public int Epochs { get; set; }

    public int BestEpoch { get; set; }

    public bool Reused { get; set; }

    public static IEnumerable<SeesawRunRow> Of(SeesawRun run) =>
        from task in run.Tasks
        from metric in run.Metrics[task]
        select new SeesawRunRow
        {
            Contestant = run.Contestant,
            Tasks = run.Tasks.Count,
            Seed = run.Seed,
            Task = task,
            Metric = metric.Key,
            Value = metric.Value,
            Seconds = run.Seconds,
            Epochs = run.Epochs,
            BestEpoch = run.BestEpoch,
            Reused = run.Reused,
        };
}
