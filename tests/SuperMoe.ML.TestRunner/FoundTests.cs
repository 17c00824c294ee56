using Xunit;
using Xunit.Abstractions;

namespace SuperMoe.ML.TestRunner;

/// <summary>Collects test cases by name.</summary>
/// <param name="parts">A name contains one of these; none for all.</param>
internal sealed class FoundTests(string[] parts) : LongLivedMarshalByRefObject, IMessageSink
{
    public ManualResetEvent Finished { get; } = new(false);

    public List<ITestCase> Tests { get; } = [];

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestCaseDiscoveryMessage { TestCase: var test }
            && (parts.Length == 0 || parts.Any(p => test.DisplayName.Contains(p, StringComparison.Ordinal)))) { Tests.Add(test); }
        if (message is IDiscoveryCompleteMessage) { Finished.Set(); }
        return true;
    }
}
