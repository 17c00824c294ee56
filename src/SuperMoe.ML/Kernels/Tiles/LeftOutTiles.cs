using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// What is left out of the softmax of a block of rows, sorted by tiles of columns. Rows that follow each other with the same list make a run, which stands once for each of its columns.
/// </summary>
internal sealed unsafe class LeftOutTiles
{
    private readonly int[] _starts; // (tiles + 1): where a tile's entries begin
    private readonly int[] _columns; // of each entry, counted from its tile's first
    private readonly int[] _runs; // of each entry
    private readonly (int First, int End)[] _rows; // of each run
    private readonly int _tile;

    /// <param name="leftOut">Of all rows.</param>
    /// <param name="first">The block's first row.</param>
    /// <param name="count">How many it has.</param>
    /// <param name="columns">V.</param>
    /// <param name="tile">Columns of a tile.</param>
    public LeftOutTiles(LeftOut leftOut, int first, int count, int columns, int tile)
    {
        var lists = (long*)RawMemory.Start(leftOut.Lists, ScalarType.Int64) + first;
        var all = (long*)RawMemory.Start(leftOut.Columns, ScalarType.Int64);
        var width = (int)leftOut.Columns.shape[1];
        _tile = tile;
        var runs = new List<(int, int)>();
        for (int start = 0, end; start < count; start = end)
        {
            for (end = start + 1; end < count && lists[end] == lists[start]; end++) { }
            runs.Add((start, end));
        }
        _rows = [.. runs];
        _starts = new int[((columns + tile - 1) / tile) + 1];
        _columns = new int[_rows.Length * width];
        _runs = new int[_columns.Length];
        foreach (var (start, _) in _rows)
        {
            foreach (var column in new ReadOnlySpan<long>(all + (lists[start] * width), width)) { _starts[(int)column / tile]++; }
        }
        for (int i = 0, sum = 0; i < _starts.Length; i++) { (_starts[i], sum) = (sum, sum + _starts[i]); }
        for (var run = 0; run < _rows.Length; run++)
        {
            foreach (var column in new ReadOnlySpan<long>(all + (lists[_rows[run].First] * width), width))
            {
                var at = _starts[(int)column / tile]++;
                (_columns[at], _runs[at]) = ((int)column % tile, run);
            }
        }
        // Each start has come to its tile's end, which is the next tile's start.
        Array.Copy(_starts, 0, _starts, 1, _starts.Length - 1);
        _starts[0] = 0;
        GC.KeepAlive(leftOut);
    }

    /// <summary>Overwrites what is left out of a tile.</summary>
    /// <param name="tile">Which.</param>
    /// <param name="logits">(columns of a tile, <paramref name="width"/>): the block's rows stand beside one another.</param>
    /// <param name="width">Rows of the block, with what pads it.</param>
    /// <param name="targets">Per row of the block the column that stays in any case.</param>
    /// <param name="value">What to write.</param>
    public void Apply(int tile, float* logits, int width, int* targets, float value)
    {
        for (var i = _starts[tile]; i < _starts[tile + 1]; i++)
        {
            var (first, end) = _rows[_runs[i]];
            var column = (tile * _tile) + _columns[i];
            var to = logits + ((long)_columns[i] * width);
            for (var row = first; row < end; row++)
            {
                if (targets[row] != column) { to[row] = value; }
            }
        }
    }
}
