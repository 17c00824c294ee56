using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Estimators.Seesaw;
using SuperMoe.ML.Evaluation.Seesaw;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML;

/// <summary>What SuperMoe.ML does beyond estimators: reached by <see cref="SuperMoeCatalog.SuperMoe(MLContext)"/>.</summary>
public sealed class SuperMoeOperations
{
    private readonly IHost _host;
    private readonly ISuperMoeEngine _engine;

    internal SuperMoeOperations(IHostEnvironment environment, ISuperMoeEngine engine)
    {
        _host = environment.Register(nameof(SuperMoeOperations));
        _engine = engine;
    }

    /// <summary>
    /// Measures whether tasks that are trained together pull each other down (the seesaw of multi-task learning, Tang et al. 2020). For each of
    /// several seeds it trains all tasks together and every task alone, with the same architecture, budget, users and validation users, and judges
    /// all models on the same users, which neither training nor early stopping saw.
    /// </summary>
    /// <remarks>
    /// Differences are paired by seed, with Student's t interval over seeds: it tells of the chance in training. A second interval tells of the chance in who was held out, too.
    /// Tasks' weights and <see cref="TrainingOptions.Balancing"/> do not apply to a model of one task; <see cref="TrainingOptions.Seed"/> is
    /// replaced by <see cref="SeesawOptions.Seeds"/>. The next-item task is to find the last item of each held-out user from the events before it.
    /// With a <see cref="TrainingOptions.TimeLimit"/> what a model has learned depends on the machine.
    /// </remarks>
    /// <param name="data">One row a user, with labels; items, key fields and classes are keys already, as at <c>Fit</c> (<c>MapValueToKey</c>). Read once.</param>
    /// <param name="options">The options that are compared, with at least two tasks; copied. Their progress listener hears of every training.</param>
    /// <param name="testData">
    /// The users to judge on, with labels and with their whole sequences; the same columns as <paramref name="data"/>, with the same keys.
    /// <see langword="null"/> holds out a share of <paramref name="data"/>'s rows, each of which must be a user's only one then; with <see cref="SuperMoeOptions.ValidationColumn"/> it is required.
    /// </param>
    /// <param name="seesaw">How to compare; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Who hears of runs, on the calling thread or that of training; ML.NET's log tells the same.</param>
    /// <param name="cancellationToken">Stops between two steps of training; finished runs stay in <see cref="SeesawOptions.Folder"/>.</param>
    /// <returns>The report; <c>Console.WriteLine</c> of it is a table.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Options out of range, and the message tells all mistakes at once; or a column is missing or of a wrong type.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are unfit, the held-out users cannot judge a task, the folder has runs of other options or data, or a training failed.
    /// </exception>
    /// <exception cref="InvalidDataException">A file in the folder is damaged.</exception>
    /// <exception cref="OperationCanceledException">The comparison was cancelled.</exception>
    public SeesawReport CompareWithSingleTask(
        IDataView data,
        SuperMoeOptions options,
        IDataView? testData = null,
        SeesawOptions? seesaw = null,
        IProgress<SeesawProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        seesaw ??= new SeesawOptions();
        Check(nameof(options), OptionsValidator.Validate(options));
        Check(nameof(seesaw), SeesawOptionsValidator.Validate(options, seesaw));
        Check(nameof(testData), testData is null && options.ValidationColumn is { } column
            ? [$"ValidationColumn is '{column}' and {nameof(testData)} is null; where rows tell who validates, {nameof(testData)} is required, since rows drawn at random to be judged could be of users that are trained on."] : []);
        options = OptionsSnapshot.Of(options);
        var plan = SeesawPlan.Of(options, seesaw, Contestants(options, seesaw));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, options.Training.CancellationToken);
        try
        {
            var users = Read(data, options, testData, seesaw, either.Token);
            CheckTest(options, plan, users.Test);
            var runs = Run(plan, users, seesaw.Folder, new SeesawListeners(progress, options.Training.Progress), either.Token);
            var statistics = new SeesawStatistics(plan.Judged, runs, seesaw.Confidence);
            return new SeesawReport(
                [.. plan.Contestants.Select(statistics.Compare)], runs, seesaw.Confidence, users.Training.Count, users.Test.Users.Count);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken); // by which Task.Run tells cancelling from failing
        }
    }

    private static void CheckTest(SuperMoeOptions options, SeesawPlan plan, SeesawTest test)
    {
        var judged = plan.Judged.Select(t => t.Name).ToHashSet();
        var problems = options.Tasks.Select((t, place) => judged.Contains(t.Name) ? test.Problem(t, place) : null).OfType<string>().ToList();
        if (problems.Count > 0) { throw new InvalidOperationException($"The held-out users cannot judge: {string.Join("; ", problems)}."); }
    }

    private SeesawData Read(IDataView data, SuperMoeOptions options, IDataView? test, SeesawOptions seesaw, CancellationToken cancellation)
    {
        var reader = new SeesawDataReader(_host, options, () =>
        {
            MLNetHost.CheckAlive(_host);
            cancellation.ThrowIfCancellationRequested();
        });
        return reader.Read(data, test, seesaw);
    }

    private IReadOnlyList<SeesawRun> Run(
        SeesawPlan plan, SeesawData users, string? folder, SeesawListeners listeners, CancellationToken cancellation)
    {
        using var log = _host.Start(nameof(CompareWithSingleTask));
        using var channel = _host.StartProgressChannel("Seesaw");
        log.Info("{0}", string.Create(CultureInfo.InvariantCulture, $"{users.Training.Count:N0} users to train on, {users.Test.Users.Count:N0} held out."));
        var kept = folder is null ? null : new SeesawFolder(folder, users.Fingerprint);
        var news = new SeesawNews(log, channel, listeners, plan);
        return new SeesawStudy(plan, new SeesawRunner(_host, _engine, users, cancellation), kept, news).Run(cancellation);
    }

    private List<SuperMoeOptions> Contestants(SuperMoeOptions options, SeesawOptions seesaw)
    {
        var contestants = new List<SuperMoeOptions>();
        foreach (var contestant in seesaw.Contestants)
        {
            var changed = OptionsSnapshot.Of(options);
            contestant.Change(changed);
            changed.Training.LeaveLastEventOut &= changed.Tasks.Any(t => t is NextItemTask); // a next item that was left out has no targets
            Check(nameof(seesaw), [.. SeesawOptionsValidator.Validate(options, contestant, changed)]);
            contestants.Add(OptionsSnapshot.Of(changed)); // it may have kept hold of what it changed
        }
        return contestants;
    }

    private void Check(string name, IReadOnlyList<string> mistakes)
    {
        if (mistakes.Count > 0) { throw MLNetHost.UserArgument(_host, name, string.Join(Environment.NewLine, mistakes)); }
    }
}
