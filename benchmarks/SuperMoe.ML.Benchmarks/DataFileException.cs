namespace SuperMoe.ML.Benchmarks;

/// <summary>A data file that is missing or ill-formed; the message is for the one who named it.</summary>
internal sealed class DataFileException : Exception
{
    public DataFileException(string message)
        : base(message) { }

    public DataFileException(string path, int line, string problem)
        : base($"{path}, line {line}: {problem}") { }
}
