using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Data;

/// <summary>Groups events in any order: a counting sort by user, then a stable sort of each user's events by time.</summary>
internal static class EventGrouper
{
    public static GroupedEvents Group(IHost host, IDataView source, SequencePlan plan)
    {
        var users = UserIndex.Create(plan.User);
        EventColumn[] fields = [.. plan.Fields.Select(EventColumn.Create)];
        var order = Order(Read(host, source, plan, users, fields), users.Count, out var starts);
        var kept = SortAndTrim(host, order, starts, plan, new TimeOrder(fields[plan.TimeField]));
        foreach (var field in fields)
        {
            field.Arrange(order.AsSpan(0, kept));
        }

        return new GroupedEvents(users, fields, starts);
    }

    /// <summary>Reads all events; returns each one's user.</summary>
    private static ChunkedList<int> Read(IHost host, IDataView source, SequencePlan plan, UserIndex users, EventColumn[] fields)
    {
        var userOf = new ChunkedList<int>();
        using var reader = new EventReader(host, source, plan, users, fields);
        while (reader.MoveNext(out var user))
        {
            if (userOf.Count == Array.MaxLength)
            {
                throw host.Except($"There are more than {Array.MaxLength} events, the most that are grouped in memory; " +
                    $"sort them by user and set {nameof(SequenceOptions.InputIsGrouped)}.");
            }

            userOf.Add(user);
            reader.Append();
        }

        return userOf;
    }

    /// <summary>The events by user, in order of the input within each; and where each user's start.</summary>
    private static int[] Order(ChunkedList<int> userOf, int users, out int[] starts)
    {
        starts = new int[users + 1];
        for (var i = 0; i < userOf.Count; i++)
        {
            starts[userOf[i] + 1]++;
        }

        for (var user = 0; user < users; user++)
        {
            starts[user + 1] += starts[user];
        }

        var order = new int[userOf.Count];
        var next = starts.AsSpan(0, users).ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            order[next[userOf[i]]++] = i;
        }

        return order;
    }

    /// <summary>Sorts each user's events by time and closes up those that are kept. Returns how many these are.</summary>
    private static int SortAndTrim(IHost host, int[] order, int[] starts, SequencePlan plan, TimeOrder times)
    {
        var end = 0;
        for (var user = 0; user < starts.Length - 1; user++)
        {
            if (user % BehaviorDatasetReader.RowsBetweenChecks == 0)
            {
                MLNetHost.CheckAlive(host);
            }

            var events = order.AsSpan(starts[user], starts[user + 1] - starts[user]);
            times.Sort(events);
            var latest = events[^plan.Kept(events.Length)..];
            latest.CopyTo(order.AsSpan(end));
            starts[user] = end;
            end += latest.Length;
        }

        starts[^1] = end;
        return end;
    }
}
