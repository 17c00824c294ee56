using SuperMoe.ML.Kernels.Tiles;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Ranks of targets among all items, and their cross-entropy, on the processor: a tile of users at a time, whose logits are read while they are in its cache; threads take tiles
/// one after another. B users, V items, D model.
/// </summary>
internal static class TargetRanks
{
    private const long TileLogits = 1 << 20; // 4 MiB
    private const long MostLogits = 1 << 24; // of a large catalogue
    private const int MostUsers = 128;
    private const int UsersOfProduct = 16; // fewer are no matrix product but a pass over all items for each

    /// <param name="states">(B, D) float32.</param>
    /// <param name="items">(V + 1, D) float32; item 0 is none.</param>
    /// <param name="history">Per user: items that are not ranked, repeats allowed; the target is ranked all the same.</param>
    /// <param name="targets">Per user: the item, 1..V.</param>
    /// <param name="lossOverHistory">Whether the cross-entropy is over the history's items, too.</param>
    /// <returns>Per user the number of other items whose logit is not less than the target's; and the sum of cross-entropies.</returns>
    public static unsafe (int[] Ranks, double Loss) Of(
        Tensor states, Tensor items, IReadOnlyList<ArraySegment<int>> history, IReadOnlyList<int> targets, bool lossOverHistory)
    {
        var (columns, d) = (checked((int)items.size(0)), checked((int)items.size(1)));
        if (!TiledRanks.Suits(d)) { return Multiplied(states, items, history, targets, lossOverHistory); }
        (states, items) = (states.contiguous(), items.contiguous());
        var result = TiledRanks.Of(
            (float*)RawMemory.Start(states, ScalarType.Float32), (float*)RawMemory.Start(items, ScalarType.Float32), columns, d, history, targets, lossOverHistory);
        GC.KeepAlive((states, items));
        return result;
    }

    /// <summary>The same by libtorch's products, where the processor has no vectors of 512 bits, or D is not of whole ones.</summary>
    public static (int[] Ranks, double Loss) Multiplied(
        Tensor states, Tensor items, IReadOnlyList<ArraySegment<int>> history, IReadOnlyList<int> targets, bool lossOverHistory)
    {
        var (users, columns) = (targets.Count, checked((int)items.shape[0]));
        var size = (int)Math.Min(MostUsers, Math.Max(TileLogits / columns, Math.Clamp(MostLogits / columns, 1, UsersOfProduct)));
        var (ranks, losses, tiles, next) = (new int[users], new double[users], (users + size - 1) / size, -1);
        if (tiles == 0) { return (ranks, 0); }
        Interop.SideBySide.Run(Math.Min(Interop.SideBySide.Threads, tiles), _ =>
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            using var pool = new PooledTensors();
            var buffer = pool.Make(ScalarType.Float32, size, columns);
            for (int tile; (tile = Interlocked.Increment(ref next)) < tiles;)
            {
                using var inner = NewDisposeScope();
                var (start, count) = (tile * size, Math.Min(size, users - (tile * size)));
                var logits = buffer.narrow(0, 0, count);
                TorchScript.Call("logits_into", logits, states.narrow(0, start, count), items);
                var rows = HostCopy.View<float>(logits);
                for (var user = start; user < start + count; user++)
                {
                    (ranks[user], losses[user]) = OfRow(rows.Slice((user - start) * columns, columns), history[user], targets[user], lossOverHistory);
                }
            }
        });
        return (ranks, losses.Sum());
    }

    private static unsafe (int Rank, double Loss) OfRow(Span<float> logits, ReadOnlySpan<int> history, int target, bool lossOverHistory)
    {
        fixed (float* row = logits)
        {
            var own = row[target];
            row[0] = float.NegativeInfinity; // the missing item
            var sum = lossOverHistory ? Float32Row.LogSumExp(row, logits.Length) : 0;
            foreach (var item in history) { logits[item] = float.NegativeInfinity; }
            row[target] = own;
            if (!lossOverHistory) { sum = Float32Row.LogSumExp(row, logits.Length); }
            return (logits.Length - Float32Row.CountLess(row, logits.Length, own) - 1, sum - own); // itself is not counted
        }
    }
}
