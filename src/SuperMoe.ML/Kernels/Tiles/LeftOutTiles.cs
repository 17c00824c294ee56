using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>What is left out of a block of rows, sorted by tiles of columns. Rows that follow each other with the same list make a run, which stands once for each of its columns.</summary>
internal sealed unsafe class LeftOutTiles
{
    private readonly Run[] _rows;
    private readonly int _tile;
    private readonly int[] _starts; // (tiles + 1): where a tile's entries begin
    private readonly int[] _columns; // of each entry
    private readonly int[] _runs; // of each entry

    /// <param name="runs">Of the block.</param>
    /// <param name="columns">V.</param>
    /// <param name="tile">Columns of a tile.</param>
    public LeftOutTiles(Run[] runs, int columns, int tile)
    {
        (_rows, _tile) = (runs, tile);
        _starts = new int[((columns + tile - 1) / tile) + 1];
        _columns = new int[runs.Sum(r => r.Columns.Count)];
        _runs = new int[_columns.Length];
        foreach (var run in runs)
        {
            foreach (var column in run.Columns.AsSpan())
            {
                if ((uint)column >= (uint)columns) { throw new ArgumentOutOfRangeException(nameof(runs), column, $"What is left out is a column, 0 to {columns - 1}."); }
                _starts[column / tile]++;
            }
        }
        for (int i = 0, sum = 0; i < _starts.Length; i++) { (_starts[i], sum) = (sum, sum + _starts[i]); }
        for (var run = 0; run < runs.Length; run++)
        {
            foreach (var column in runs[run].Columns.AsSpan())
            {
                var at = _starts[column / tile]++;
                (_columns[at], _runs[at]) = (column, run);
            }
        }
        // Each start has come to its tile's end, which is the next tile's start.
        Array.Copy(_starts, 0, _starts, 1, _starts.Length - 1);
        _starts[0] = 0;
    }

    /// <summary>Of a block of the rows of <paramref name="leftOut"/>.</summary>
    /// <param name="leftOut">Of all rows.</param>
    /// <param name="first">The block's first row.</param>
    /// <param name="count">How many it has.</param>
    /// <param name="columns">V.</param>
    /// <param name="tile">Columns of a tile.</param>
    public static LeftOutTiles Of(LeftOut leftOut, int first, int count, int columns, int tile)
    {
        var lists = (long*)RawMemory.Start(leftOut.Lists, ScalarType.Int64) + first;
        var all = (long*)RawMemory.Start(leftOut.Columns, ScalarType.Int64);
        var width = (int)leftOut.Columns.shape[1];
        var runs = new List<Run>();
        for (int start = 0, end; start < count; start = end)
        {
            for (end = start + 1; end < count && lists[end] == lists[start]; end++) { }
            var list = new int[width];
            for (var i = 0; i < width; i++) { list[i] = (int)all[(lists[start] * width) + i]; }
            runs.Add(new(start, end, list));
        }
        GC.KeepAlive(leftOut);
        return new([.. runs], columns, tile);
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
            var (column, run) = (_columns[i], _rows[_runs[i]]);
            var to = logits + ((long)(column - (tile * _tile)) * width);
            for (var row = run.First; row < run.End; row++)
            {
                if (targets[row] != column) { to[row] = value; }
            }
        }
    }

    /// <summary>Rows of a block with the same list.</summary>
    /// <param name="First">The first row.</param>
    /// <param name="End">The row after the last.</param>
    /// <param name="Columns">The list: any order, repeats allowed.</param>
    internal readonly record struct Run(int First, int End, ArraySegment<int> Columns);
}
