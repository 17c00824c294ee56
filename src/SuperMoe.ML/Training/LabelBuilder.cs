using SuperMoe.ML.Data;

namespace SuperMoe.ML.Training;

/// <summary>Picks the labels that training may see for a batch of users: m(n, t) of the task-indicator loss. For one thread at a time.</summary>
internal sealed class LabelBuilder(BehaviorDataset data, UserSplit split, int maxLength)
{
    private readonly HashSet<int> _own = [];

    /// <summary>Packs the labels of task <paramref name="task"/> that are present.</summary>
    public void Labels(int task, ReadOnlySpan<int> users, PackedLabels labels)
    {
        labels.Clear();
        var values = data.Labels[task]!;
        var candidates = data.Candidates.Length > task ? data.Candidates[task] : null;
        for (var b = 0; b < users.Length; b++)
        {
            var user = users[b];
            if (split.IsValidation(user) || float.IsNaN(values[user]) || candidates is not null && candidates[user] == 0) { continue; }
            labels.Rows.Add(b);
            labels.Values.Add(values[user]);
            if (candidates is not null) { labels.Items.Add(candidates[user]); }
        }
    }

    /// <summary>Packs the events of a batch that have a next event with a known item: only they get logits.</summary>
    /// <param name="users">The batch's users.</param>
    /// <param name="leavesOwnOut">Whether a user's own items do not count against the targets.</param>
    /// <param name="labels">What is filled.</param>
    public void NextItems(ReadOnlySpan<int> users, bool leavesOwnOut, PackedLabels labels)
    {
        labels.Clear();
        var n = 0;
        for (var b = 0; b < users.Length; b++)
        {
            var user = users[b];
            var input = split.TrainingInputLength(user);
            var visible = split.TrainingLength(user);
            var window = Math.Min(input, maxLength);
            for (var i = input - window; i < input; i++, n++)
            {
                var target = i + 1 < visible ? data.Items[data.Offsets[user] + i + 1] : 0;
                if (target == 0) { continue; }
                labels.Rows.Add(n);
                labels.Items.Add(target);
                if (leavesOwnOut) { labels.Owners.Add(b); }
                if (i == input - 1)
                {
                    labels.Ends.Add(b);
                    labels.EndItems.Add(target);
                }
            }
        }
        if (leavesOwnOut && labels.Count > 0) { OwnItems(users, labels); }
    }

    // The different items that training sees of each user, input and targets, as rows of equal length. A row of no known item is nobody's label.
    private void OwnItems(ReadOnlySpan<int> users, PackedLabels labels)
    {
        var width = 1;
        foreach (var user in users) { width = Math.Max(width, Math.Min(split.TrainingLength(user), maxLength + 1)); }
        var rows = labels.Own.Grow(users.Length * width);
        labels.OwnUsers = users.Length;
        for (var b = 0; b < users.Length; b++)
        {
            var visible = split.TrainingLength(users[b]);
            var count = Math.Min(visible, maxLength + 1);
            _own.Clear();
            foreach (var item in data.Items.AsSpan(data.Offsets[users[b]] + visible - count, count))
            {
                if (item != 0) { _own.Add(item); }
            }
            var row = rows.Slice(b * width, width);
            var k = 0;
            foreach (var item in _own) { row[k++] = item; }
            row[k..].Fill(k > 0 ? row[0] : 0);
        }
    }
}
