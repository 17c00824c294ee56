using Microsoft.ML;

namespace SuperMoe.ML.Benchmarks.Probe;

/// <summary>Users with labels that the models have not been trained on.</summary>
/// <param name="Rows">The users as the models read them.</param>
/// <param name="Users">The same users, in the same order.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Places">The place in the bag of each thing that can be in it.</param>
internal sealed record ProbeSet(IDataView Rows, IReadOnlyList<ProbeUser> Users, IReadOnlyList<ProbeLabel> Labels, IReadOnlyDictionary<int, int> Places);
