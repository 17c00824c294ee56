using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>Features with a label, as a row for ML.NET's own trainers.</summary>
/// <param name="features">The features.</param>
/// <param name="label">The class from 0, or the number to tell.</param>
internal sealed class FeatureRow(VBuffer<float> features, float label)
{
    public VBuffer<float> Features { get; set; } = features;

    /// <summary>The label of a task with two classes.</summary>
    public bool IsYes { get; set; } = label == 1;

    /// <summary>The label of a task with more: the class from 0, since ML.NET itself makes the keys of an enumerable start at 1.</summary>
    public uint Label { get; set; } = (uint)label;

    /// <summary>The label of a task with numbers.</summary>
    public float Number { get; set; } = label;
}
