namespace SuperMoe.ML.Tests;

/// <summary>Tests that look at what the whole process shares run while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
#pragma warning disable CA1711 // xunit's word
public sealed class Alone;
#pragma warning restore CA1711
