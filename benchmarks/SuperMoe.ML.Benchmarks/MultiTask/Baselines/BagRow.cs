using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>A bag of items with a label, as a row for ML.NET's own trainers.</summary>
internal sealed class BagRow
{
    public VBuffer<float> Features { get; set; }

    /// <summary>The label of a task with two classes.</summary>
    public bool IsYes { get; set; }

    /// <summary>The label of a task with more: the class from 0, since ML.NET itself makes the keys of an enumerable start at 1.</summary>
    public uint Label { get; set; }
}
