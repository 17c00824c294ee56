using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>The profiles, read once, when a cursor first needs them.</summary>
internal sealed class ProfileSource(IHost host, IDataView source, SequencePlan plan)
{
    private readonly Lock _lock = new();
    private ProfileTable? _table;

    public ProfileTable Table
    {
        get
        {
            lock (_lock)
            {
                return _table ??= new ProfileTable(host, source, plan);
            }
        }
    }
}
