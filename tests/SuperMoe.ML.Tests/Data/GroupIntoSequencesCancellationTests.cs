using System.Reflection;
using Microsoft.ML;

namespace SuperMoe.ML.Tests.Data;

/// <summary>Whoever cancels the context's work does not wait for all events.</summary>
public sealed class GroupIntoSequencesCancellationTests
{
    private const int CancelledAt = 100;
    private const int Rows = 5000;

    private readonly MLContext _ml = new(seed: 1);
    private int _read;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancelled_context_stops_reading_of_events(bool grouped)
    {
        var view = _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(Cancelling()), Options(grouped));
        Assert.Throws<OperationCanceledException>(() => Read(view));
        Assert.InRange(_read, CancelledAt, CancelledAt + 1024);
    }

    [Fact]
    public void Cancelled_context_stops_reading_of_profiles()
    {
        var profiles = _ml.Transforms.SelectColumns("User", "Amount").Fit(_ml.Data.LoadFromEnumerable(Cancelling())).Transform(_ml.Data.LoadFromEnumerable(Cancelling()));
        var view = _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(Visit.Parse("a 1 x")), Options(false), profiles);
        Assert.Throws<OperationCanceledException>(() => Read(view));
        Assert.InRange(_read, CancelledAt, CancelledAt + 1024);
    }

    private static SequenceOptions Options(bool grouped) => new() { UserColumn = "User", TimeColumn = "Time", SequenceColumns = ["Page"], InputIsGrouped = grouped };

    private static void Read(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        while (cursor.MoveNext()) { }
    }

    private IEnumerable<Visit> Cancelling()
    {
        for (var i = 0; i < Rows; i++)
        {
            if (i == CancelledAt) { typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(_ml, null); }
            _read = i;
            yield return new Visit { User = $"user{i}", Time = i };
        }
    }
}
