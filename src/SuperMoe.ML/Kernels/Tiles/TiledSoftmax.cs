using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// The weighted cross-entropy of a softmax over V vectors, by tiles of logits that never leave the processor's near caches: one pass over the vectors for the sums of
/// exponentials, and one that computes the same logits anew and turns them into both gradients (as attention does it: Dao et al. 2022). Of V numbers a row none is held.
/// A tile has vectors below and rows beside each other, so that maxima and sums of 16 rows are taken at once.
/// n rows, V vectors, D dimension.
/// </summary>
internal sealed unsafe class TiledSoftmax<TWord>
    where TWord : unmanaged, IWord<TWord>
{
    private const int Block = 64; // rows beside each other
    private const int Slice = 32; // vectors whose logits are turned into exponentials together
    private const int Tile = 4 * Slice; // vectors that gradients are summed over at a time
    private const int Lanes = 16;
    private const int Columns = 32; // what rows are padded to, in pairs of whole vectors
    private const long LeastWork = 1 << 23; // multiplications for which another thread is worth waking
    private const float Nothing = ColumnSums<TWord>.Nothing;

    private readonly Tensor _w;
    private readonly float* _vectors;
    private readonly int _n;
    private readonly int _v;
    private readonly int _d;
    private readonly int _words; // of a vector
    private readonly int _blocks;
    private readonly int _parts;
    private readonly LeftOutTiles[]? _leftOut; // per block

    // All of the memory below. Rows are padded to whole blocks.
    private TWord* _rows; // (blocks, D words, rows of a block): turned
    private TWord* _weighted; // (blocks, rows of a block in words, D)
    private int* _targets;
    private float* _own; // the targets' logits
    private float* _most; // (parts, rows)
    private float* _sums; // (parts, rows)
    private float* _shifts; // the logarithms of the sums of exponentials

    private TiledSoftmax(Tensor x, Tensor w, Tensor targets, LeftOut? leftOut)
    {
        _w = w;
        _vectors = (float*)RawMemory.Start(w, ScalarType.Float32);
        (_n, _v, _d) = (checked((int)x.shape[0]), checked((int)w.shape[0]), (int)w.shape[1]);
        (_words, _blocks) = (_d / TWord.Numbers, (_n + Block - 1) / Block);
        _parts = (int)Math.Clamp((long)_n * _v * _d / LeastWork, 1, Math.Min(SideBySide.Threads, (_v + Tile - 1) / Tile));
        if (leftOut is not null) { _leftOut = [.. Enumerable.Range(0, _blocks).Select(b => LeftOutTiles.Of(leftOut, b * Block, Math.Min(Block, _n - (b * Block)), _v, Slice))]; }
    }

    /// <summary>Whether it is meant for that.</summary>
    public static bool Suits(Tensor x, Tensor w) =>
        TWord.Suits && x.dtype == ScalarType.Float32 && w.dtype == ScalarType.Float32 && x.shape[1] % Columns == 0 && x.shape[0] >= Lanes && w.shape[0] <= int.MaxValue;

    /// <summary>The sum over rows of weight × loss, a tensor of no dimensions, and its gradients.</summary>
    /// <param name="x">(n, D) float32.</param>
    /// <param name="w">(V, D) float32.</param>
    /// <param name="targets">(n) int64, 0..V-1.</param>
    /// <param name="weights">(n): the rows' weights.</param>
    /// <param name="leftOut">Vectors that a row's softmax is not over.</param>
    public static (Tensor Loss, Tensor Dx, Tensor Dw) Run(Tensor x, Tensor w, Tensor targets, Tensor weights, LeftOut? leftOut)
    {
        using var off = no_grad();
        (x, w, targets) = (x.contiguous(), w.contiguous(), targets.contiguous());
        var weighted = x * weights.unsqueeze(1);
        Tensor dx = empty_like(x), dw = empty_like(w), losses = empty(x.shape[0], ScalarType.Float32, CPU);
        new TiledSoftmax<TWord>(x, w, targets, leftOut).Run(x, weighted, targets, losses, dx, dw);
        dx.sub_(w.index_select(0, targets)).mul_(weights.unsqueeze(1));
        dw.index_add_(0, targets, weighted, Scalars.Of(-1));
        return (dot(losses, weights.contiguous()), dx, dw);
    }

    private int Width(int block) => Math.Min(Block, (_n - (block * Block) + Columns - 1) / Columns * Columns);

    private void Run(Tensor x, Tensor weighted, Tensor targets, Tensor losses, Tensor dx, Tensor dw)
    {
        long rows = (long)_blocks * Block, states = rows * _d;
        using var memory = new TileMemory((2 * states) + ((4 + (2 * _parts)) * rows) + (_parts * states) + (8 * Lanes));
        _rows = (TWord*)memory.Take(rows * _words);
        _weighted = (TWord*)memory.Take(rows * _words);
        _targets = (int*)memory.Take(rows);
        _own = memory.Take(rows);
        _shifts = memory.Take(rows);
        _most = memory.Take(_parts * rows);
        _sums = memory.Take(_parts * rows);
        var slopes = memory.Take(_parts * states);
        Pack(x, weighted, targets);
        SideBySide.Run(_parts, part => Scan(part));
        Finish((float*)RawMemory.Start(losses, ScalarType.Float32));
        var vectorSlopes = (float*)RawMemory.Start(dw, ScalarType.Float32);
        SideBySide.Run(_parts, part => Differentiate(part, slopes + (part * states), vectorSlopes));
        Sum(slopes, states, (float*)RawMemory.Start(dx, ScalarType.Float32));
        GC.KeepAlive((x, _w, weighted, targets, losses, dx, dw));
    }

    private void Pack(Tensor x, Tensor weighted, Tensor targets)
    {
        using var memory = new TileMemory(2L * Block * _d);
        var copy = memory.Take(Block * _d);
        var along = (TWord*)memory.Take(Block * _d);
        var of = (long*)RawMemory.Start(targets, ScalarType.Int64);
        for (var block = 0; block < _blocks; block++)
        {
            int first = block * Block, count = Math.Min(Block, _n - first), width = Width(block);
            Copy(x, first, count, copy);
            for (var row = 0; row < width; row++) { TWord.Along(copy + ((long)row * _d), _d, along + ((long)row * _words)); }
            Turning.Turn((float*)along, width, _words, _words, (float*)(_rows + ((long)first * _words)), width);
            Copy(weighted, first, count, copy);
            Across(copy, width, _weighted + ((long)first * _words));
            for (var row = 0; row < Block; row++) { _targets[first + row] = row < count ? (int)of[first + row] : -1; }
        }
    }

    // Rows of a block, and 0 behind them.
    private void Copy(Tensor from, int first, int count, float* to)
    {
        new Span<float>(to, Block * _d).Clear();
        new ReadOnlySpan<float>((float*)RawMemory.Start(from, ScalarType.Float32) + ((long)first * _d), count * _d).CopyTo(new Span<float>(to, count * _d));
    }

    private void Across(float* from, int rows, TWord* to)
    {
        for (var row = 0; row < rows; row += TWord.Numbers, to += _d)
        {
            TWord.Across(from + ((long)row * _d), from + (((long)row + TWord.Numbers - 1) * _d), _d, to);
        }
    }

    private (int First, int End) Tiles(int part)
    {
        var tiles = (_v + (long)Tile - 1) / Tile;
        return ((int)(part * tiles / _parts), (int)((part + 1) * tiles / _parts));
    }

    // Pass one: maxima and sums of exponentials.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(int part)
    {
        using var memory = new TileMemory((Tile * _words) + (Slice * Block) + (4 * Lanes));
        var vectors = (TWord*)memory.Take(Tile * _words);
        var logits = memory.Take(Slice * Block);
        float* most = _most + ((long)part * _blocks * Block), sums = _sums + ((long)part * _blocks * Block);
        new Span<float>(most, _blocks * Block).Fill(Nothing);
        new Span<float>(sums, _blocks * Block).Clear();
        var (tile, end) = Tiles(part);
        for (; tile < end; tile++)
        {
            var count = PackVectors(tile, vectors, null);
            for (var block = 0; block < _blocks; block++)
            {
                var width = Width(block);
                for (var slice = 0; slice * Slice < count; slice++)
                {
                    Logits(tile, slice, block, width, vectors, logits);
                    Own((tile * Tile) + (slice * Slice), block, width, logits);
                    for (var row = 0; row < width; row += Lanes)
                    {
                        var at = (block * Block) + row;
                        ColumnSums<TWord>.Add(logits + row, Slice, width, most + at, sums + at);
                    }
                }
            }
        }
    }

    // The tile's vectors as words; how many there are.
    private int PackVectors(int tile, TWord* along, TWord* across)
    {
        var count = Math.Min(Tile, _v - (tile * Tile));
        var from = _vectors + ((long)tile * Tile * _d);
        for (var i = 0; i < count; i++) { TWord.Along(from + ((long)i * _d), _d, along + ((long)i * _words)); }
        var padded = (count + Slice - 1) / Slice * Slice;
        new Span<TWord>(along + ((long)count * _words), (padded - count) * _words).Clear();
        if (across is null) { return count; }
        var pairs = count / TWord.Numbers * TWord.Numbers;
        Across(from, pairs, across);
        new Span<TWord>(across + ((long)pairs / TWord.Numbers * _d), (padded - pairs) / TWord.Numbers * _d).Clear();
        if (pairs < count) { Last(from + ((long)pairs * _d), across + ((long)pairs / TWord.Numbers * _d)); }
        return count;
    }

    // The last vector of an odd number.
    private void Last(float* from, TWord* to)
    {
        var nothing = stackalloc float[Lanes];
        new Span<float>(nothing, Lanes).Clear();
        for (var i = 0; i < _d; i += Lanes) { TWord.Across(from + i, nothing, Lanes, to + i); }
    }

    // (Slice, width): of what is left out, or behind the last vector, Nothing.
    private void Logits(int tile, int slice, int block, int width, TWord* vectors, float* logits)
    {
        TWord.Multiply(
            vectors + ((long)slice * Slice * _words), _words, 1, _words, _rows + ((long)block * Block * _words), width, logits, width, Slice, width, add: false);
        var first = (tile * Tile) + (slice * Slice);
        _leftOut?[block].Apply(first / Slice, logits, width, _targets + (block * Block), Nothing);
        if (first + Slice > _v) { new Span<float>(logits + ((long)(_v - first) * width), (first + Slice - _v) * width).Fill(Nothing); }
    }

    private void Own(int first, int block, int width, float* logits)
    {
        var targets = _targets + (block * Block);
        for (var row = 0; row < width; row += Lanes)
        {
            var places = Vector512.Load((uint*)targets + row) - Vector512.Create((uint)first);
            if (!Vector512.LessThanAny(places, Vector512.Create((uint)Slice))) { continue; }
            for (var i = row; i < row + Lanes; i++)
            {
                var place = (uint)(targets[i] - first);
                if (place < Slice) { _own[(block * Block) + i] = logits[(place * width) + i]; }
            }
        }
    }

    private void Finish(float* losses)
    {
        var rows = (long)_blocks * Block;
        for (var row = 0; row < rows; row++)
        {
            var most = Nothing;
            for (var part = 0; part < _parts; part++) { most = MathF.Max(most, _most[(part * rows) + row]); }
            var sum = 0f;
            for (var part = 0; part < _parts; part++) { sum += _sums[(part * rows) + row] * MathF.Exp(_most[(part * rows) + row] - most); }
            _shifts[row] = most + MathF.Log(sum);
            if (row < _n) { losses[row] = _shifts[row] - _own[row]; }
        }
    }

    // Pass two: probabilities, and what they do to both gradients.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differentiate(int part, float* rowSlopes, float* vectorSlopes)
    {
        using var memory = new TileMemory((4L * Tile * _d) + (3 * Tile * Block) + (8 * Lanes));
        TWord* along = (TWord*)memory.Take(Tile * _d), across = (TWord*)memory.Take(Tile * _d);
        TWord* below = (TWord*)memory.Take(Tile * Block), beside = TWord.Numbers == 1 ? below : (TWord*)memory.Take(Tile * Block);
        float* logits = memory.Take(Slice * Block), rest = memory.Take(Tile * _d);
        var (first, end) = Tiles(part);
        for (var tile = first; tile < end; tile++)
        {
            var count = PackVectors(tile, along, across);
            var padded = (count + Slice - 1) / Slice * Slice;
            var to = padded == count ? vectorSlopes + ((long)tile * Tile * _d) : rest;
            for (var block = 0; block < _blocks; block++)
            {
                var width = Width(block);
                for (var slice = 0; slice * Slice < count; slice++)
                {
                    Logits(tile, slice, block, width, along, logits);
                    var at = (long)slice * Slice * width / TWord.Numbers;
                    Probabilities(logits, _shifts + (block * Block), width, below + at, beside + at);
                }
                TWord.Multiply(
                    below, 1, width, padded / TWord.Numbers, across, _d, rowSlopes + ((long)block * Block * _d), _d, width, _d, add: tile > first);
                TWord.Multiply(
                    beside, width / TWord.Numbers, 1, width / TWord.Numbers, _weighted + ((long)block * Block * _words), _d, to, _d, padded, _d, add: block > 0);
            }
            if (padded != count) { new ReadOnlySpan<float>(rest, count * _d).CopyTo(new Span<float>(vectorSlopes + ((long)tile * Tile * _d), count * _d)); }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Probabilities(float* logits, float* shifts, int width, TWord* below, TWord* beside)
    {
        var step = width / TWord.Numbers;
        for (var i = 0; i < Slice; i += 2, logits += 2L * width, below += 2L * step, beside += 2L * step)
        {
            for (var row = 0; row < width; row += Columns)
            {
                Vector512<float> s0 = Vector512.Load(shifts + row), s1 = Vector512.Load(shifts + row + Lanes);
                float* a = logits + row, b = a + width;
                TWord.Both(
                    TWord.Exp(Vector512.Load(a) - s0), TWord.Exp(Vector512.Load(a + Lanes) - s1),
                    TWord.Exp(Vector512.Load(b) - s0), TWord.Exp(Vector512.Load(b + Lanes) - s1),
                    below + row, width, beside + (row / TWord.Numbers), step);
            }
        }
    }

    private void Sum(float* slopes, long states, float* to)
    {
        var sum = new Span<float>(to, _n * _d);
        new ReadOnlySpan<float>(slopes, _n * _d).CopyTo(sum);
        for (var part = 1; part < _parts; part++) { System.Numerics.Tensors.TensorPrimitives.Add(sum, new ReadOnlySpan<float>(slopes + (part * states), _n * _d), sum); }
    }
}
