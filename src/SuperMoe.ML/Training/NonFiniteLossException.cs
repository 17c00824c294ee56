namespace SuperMoe.ML.Training;

/// <summary>Training met a loss or a gradient that is no finite number.</summary>
internal sealed class NonFiniteLossException(string what) : Exception(what);
