using SuperMoe.ML.Data;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>Picks the labels that training may see for a batch of users: m(n, t) of the task-indicator loss.</summary>
internal sealed class LabelBuilder(BehaviorDataset data, UserSplit split, int maxLength, Device device)
{
    /// <summary>The labels of task <paramref name="task"/> that are present; <see langword="null"/> if none is.</summary>
    public TaskLabels? Labels(int task, ReadOnlySpan<int> users)
    {
        var values = data.Labels[task]!;
        var candidates = data.Candidates.Length > task ? data.Candidates[task] : null;
        var rows = new List<long>();
        var present = new List<float>();
        var items = new List<long>();
        for (var b = 0; b < users.Length; b++)
        {
            var user = users[b];
            if (split.IsValidation(user) || float.IsNaN(values[user]) || candidates is not null && candidates[user] == 0) { continue; }
            rows.Add(b);
            present.Add(values[user]);
            if (candidates is not null) { items.Add(candidates[user]); }
        }
        if (rows.Count == 0) { return null; }
        return new TaskLabels(Long(rows), tensor(present.ToArray(), device: device), candidates is null ? null : Long(items));
    }

    /// <summary>The events of a batch that have a next event with a known item; <see langword="null"/> if none has.</summary>
    public TaskLabels? NextItems(ReadOnlySpan<int> users)
    {
        List<long> events = [], targets = [], ends = [], endTargets = [];
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
                events.Add(n);
                targets.Add(target);
                if (i == input - 1)
                {
                    ends.Add(b);
                    endTargets.Add(target);
                }
            }
        }
        if (events.Count == 0) { return null; }
        return new TaskLabels(Long(events), Long(targets)) { Ends = ends.Count == 0 ? null : (Long(ends), Long(endTargets)) };
    }

    private Tensor Long(List<long> values) => tensor(values.ToArray(), device: device);
}
