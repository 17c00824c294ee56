namespace SuperMoe.ML.Data;

/// <summary>Parts of a <see cref="BehaviorDataset"/>.</summary>
internal static class UserSubset
{
    /// <summary>A copy of some users.</summary>
    /// <param name="data">All users.</param>
    /// <param name="users">Those to copy, in the order of the copy.</param>
    /// <param name="withoutLast">Whether each user's last event is left out.</param>
    public static BehaviorDataset Of(BehaviorDataset data, ReadOnlySpan<int> users, bool withoutLast = false)
    {
        var offsets = new int[users.Length + 1];
        for (var i = 0; i < users.Length; i++)
        {
            offsets[i + 1] = offsets[i] + Math.Max(0, data.Length(users[i]) - (withoutLast ? 1 : 0));
        }
        var chosen = users.ToArray();
        return new BehaviorDataset
        {
            Schema = data.Schema,
            Offsets = offsets,
            Items = Events(data, data.Items, chosen, offsets),
            KeyFields = [.. data.KeyFields.Select(f => Events(data, f, chosen, offsets))],
            NumberFields = [.. data.NumberFields.Select(f => Events(data, f, chosen, offsets))],
            Times = data.Times is { } times ? Events(data, times, chosen, offsets) : null,
            Profiles = Profiles(data, chosen),
            Labels = [.. data.Labels.Select(l => Pick(l, chosen))],
            Candidates = [.. data.Candidates.Select(c => Pick(c, chosen))],
            Validation = Pick(data.Validation, chosen),
        };
    }

    /// <summary>The same users with the labels and candidates of some tasks, in the order given; nothing is copied.</summary>
    public static BehaviorDataset ForTasks(BehaviorDataset data, IReadOnlyList<int> tasks) => new()
    {
        Schema = data.Schema,
        Count = data.Count,
        Offsets = data.Offsets,
        Items = data.Items,
        KeyFields = data.KeyFields,
        NumberFields = data.NumberFields,
        Times = data.Times,
        Profiles = data.Profiles,
        Labels = [.. tasks.Select(t => data.Labels[t])],
        Candidates = [.. tasks.Select(t => data.Candidates[t])],
        Validation = data.Validation,
    };

    private static T[] Events<T>(BehaviorDataset data, T[] values, int[] users, int[] offsets)
    {
        var copy = new T[offsets[^1]];
        for (var i = 0; i < users.Length; i++)
        {
            values.AsSpan(data.Offsets[users[i]], offsets[i + 1] - offsets[i]).CopyTo(copy.AsSpan(offsets[i]));
        }
        return copy;
    }

    private static float[] Profiles(BehaviorDataset data, int[] users)
    {
        var size = data.Schema.ProfileSize;
        var copy = new float[users.Length * size];
        for (var i = 0; i < users.Length; i++) { data.Profiles.AsSpan(users[i] * size, size).CopyTo(copy.AsSpan(i * size)); }
        return copy;
    }

    private static T[]? Pick<T>(T[]? values, int[] users) => values is null ? null : Array.ConvertAll(users, u => values[u]);
}
