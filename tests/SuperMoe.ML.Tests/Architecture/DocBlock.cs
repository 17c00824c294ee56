namespace SuperMoe.ML.Tests.Architecture;

/// <summary>One C# block of a document, with the code that goes before it when it is compiled.</summary>
/// <param name="Line">The line of the document where the block begins, from 1.</param>
/// <param name="Code">The parts to compile together, in order; the last is the block as readers see it.</param>
internal sealed record DocBlock(int Line, IReadOnlyList<string> Code);
