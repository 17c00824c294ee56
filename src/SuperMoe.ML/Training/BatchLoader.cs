using System.Collections.Concurrent;

namespace SuperMoe.ML.Training;

/// <summary>
/// Packs batches ahead of the training thread, on a thread of its own: at most <see cref="Ahead"/> wait, and their memory goes round. The order and the
/// content are those of packing them one by one; nothing random happens here.
/// </summary>
internal sealed class BatchLoader : IDisposable
{
    /// <summary>The batches that may be ready before they are asked for.</summary>
    public const int Ahead = 2;

    private readonly BlockingCollection<TrainingBatch> _ready = [];
    private readonly BlockingCollection<TrainingBatch> _free = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<int[]> _batches;
    private readonly Action<int[], TrainingBatch> _fill;
    private readonly Thread _thread;
    private Exception? _error;

    /// <param name="batches">The users of each batch.</param>
    /// <param name="fill">Packs one; called on the loader's thread.</param>
    /// <param name="buffers">What is filled and goes round; at least one more than is held at a time by the caller.</param>
    public BatchLoader(IReadOnlyList<int[]> batches, Action<int[], TrainingBatch> fill, IEnumerable<TrainingBatch> buffers)
    {
        _batches = batches;
        _fill = fill;
        foreach (var buffer in buffers) { _free.Add(buffer); }
        _thread = new Thread(Load) { IsBackground = true, Name = "SuperMoe.ML batches" };
        _thread.Start();
    }

    /// <summary>Memory for a loader: the batches that wait, and the one in use.</summary>
    public static TrainingBatch[] Buffers(TrainingRequest request) =>
        [.. Enumerable.Range(0, Ahead + 1).Select(_ => new TrainingBatch(request.Tasks.Count, TrainingBatch.ShardsOf(request)))];

    /// <summary>The next batch, to be given back; after the last one this must not be called.</summary>
    /// <exception cref="Exception">What packing it threw.</exception>
    public TrainingBatch Take()
    {
        if (_ready.TryTake(out var batch, Timeout.Infinite)) { return batch; }
        if (_error is not null) { System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_error); }
        throw new InvalidOperationException($"There are {_batches.Count} batches, and one more was asked for.");
    }

    /// <summary>Gives a batch's memory back, for a later one.</summary>
    public void Return(TrainingBatch batch) => _free.Add(batch);

    /// <summary>Stops packing and waits for the thread. Errors of batches that nobody asked for are forgotten.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
        _ready.Dispose();
        _free.Dispose();
    }

    private void Load()
    {
        try
        {
            foreach (var users in _batches)
            {
                var batch = _free.Take(_stop.Token);
                _fill(users, batch);
                _ready.Add(batch, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // disposed before the last batch
        }
        catch (Exception e)
        {
            _error = e; // seen after the batches before it: adding is completed below
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }
}
