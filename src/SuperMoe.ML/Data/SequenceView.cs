using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>Users with their sequences, grouped in memory by the first cursor and kept for the others.</summary>
internal sealed class SequenceView(IHost host, IDataView source, SequencePlan plan, ProfileSource? profiles) : IDataView
{
    private readonly Lock _lock = new();
    private volatile GroupedEvents? _events;

    public bool CanShuffle => true;

    public DataViewSchema Schema => plan.OutputSchema;

    public long? GetRowCount() => _events?.Users.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = UserCursor.Active(Schema, columnsNeeded);
        var events = Events();
        var table = plan.Needs(OutputKind.Profile, active) ? profiles!.Table : null;
        var order = rand is null ? null : Shuffled(events.Users.Count, rand);
        return new SequenceCursor(host, new UserRows(plan, events.Users, events.Fields, table), events.Starts, active, order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>The events, grouped on the first call. An error is not kept: the next call tries again.</summary>
    public GroupedEvents Events()
    {
        lock (_lock)
        {
            return _events ??= Group();
        }
    }

    private GroupedEvents Group()
    {
        using var channel = host.Start("Grouping events");
        var events = EventGrouper.Group(host, source, plan);
        channel.Info("Grouped events of {0} users in memory: {1} events kept, {2} bytes.", events.Users.Count, events.Starts[^1], events.Bytes);
        return events;
    }

    private static int[] Shuffled(int count, Random rand)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        rand.Shuffle(order);
        return order;
    }
}
