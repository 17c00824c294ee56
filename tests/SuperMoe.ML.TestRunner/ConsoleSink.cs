using Xunit;
using Xunit.Abstractions;

namespace SuperMoe.ML.TestRunner;

/// <summary>Counts results, and tells of what failed or was skipped and why.</summary>
internal sealed class ConsoleSink : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly Lock _lock = new();

    public ManualResetEvent Finished { get; } = new(false);

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case ITestPassed:
                    Passed++;
                    break;
                case ITestSkipped skipped:
                    Skipped++;
                    Console.WriteLine($"skipped {skipped.Test.DisplayName}: {skipped.Reason}");
                    break;
                case ITestFailed failed:
                    Failed++;
                    Console.WriteLine($"FAILED {failed.Test.DisplayName}\n{Reason(failed)}");
                    break;
                case IErrorMessage error:
                    Failed++;
                    Console.WriteLine($"FAILED {error.GetType().Name}\n{Reason(error)}");
                    break;
                case ITestAssemblyFinished:
                    Finished.Set();
                    break;
            }
        }
        return true;
    }

    public void Dispose() => Finished.Dispose();

    private static string Reason(IFailureInformation failure) =>
        string.Join('\n', failure.Messages.Zip(failure.StackTraces, (text, trace) => $"{text}\n{trace}"));
}
