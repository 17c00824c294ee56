using SuperMoe.ML.Embeddings;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Optimizer;

/// <summary>Steps of a table that is updated row by row: the rows of some ids are looked up, take a gradient, and are updated.</summary>
internal sealed class TableWorkload : IDisposable
{
    private const int Batches = 16;

    private readonly EmbeddingTable _table;
    private readonly Tensor[] _ids; // (n) each, at random over the whole table
    private readonly Tensor _slope; // (n, D)
    private readonly Tensor _scale;
    private readonly int _steps;
    private int _next;

    public TableWorkload(int rows, TableSettings settings, TableOptimizer kind, Device device)
    {
        using var generator = new Generator((ulong)settings.Seed);
        _steps = settings.Steps;
        _table = new EmbeddingTable(rows, settings.Size, updatesRows: true, kind, 0.02, generator);
        _table.to(device);
        _ids = [.. Enumerable.Range(0, Batches).Select(_ => randint(0, rows, [settings.Ids], generator: generator).to(int64).to(device))];
        _slope = randn([settings.Ids, settings.Size], generator: generator).to(device);
        _scale = ones([], device: device);
    }

    /// <summary>Runs the steps of one measurement.</summary>
    public void Run()
    {
        for (var s = 0; s < _steps; s++)
        {
            using var scope = NewDisposeScope();
            var ids = _ids[_next];
            _next = (_next + 1) % Batches;
            _table.Open([ids]);
            (_table.Lookup(ids) * _slope).sum().backward();
            _table.Step(1e-3, _scale);
        }
    }

    public void Dispose()
    {
        _table.Dispose();
        foreach (var t in _ids.Append(_slope).Append(_scale)) { t.Dispose(); }
    }
}
