using SuperMoe.ML.Data;

namespace SuperMoe.ML.Training;

/// <summary>Picks the labels that training may see for a batch of users: m(n, t) of the task-indicator loss.</summary>
internal sealed class LabelBuilder(BehaviorDataset data, UserSplit split, int maxLength)
{
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
    public void NextItems(ReadOnlySpan<int> users, PackedLabels labels)
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
                if (i == input - 1)
                {
                    labels.Ends.Add(b);
                    labels.EndItems.Add(target);
                }
            }
        }
    }
}
