using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>
/// A cursor that scores rows in batches. Once the consumer has read half of a batch, the next is read from the source and scored on another
/// thread; never more than one ahead, and none for those who stop early.
/// </summary>
internal sealed class ScoringCursor : DataViewRowCursor, IScoreSource
{
    private const int FirstRows = 256;

    private readonly ScoringBinding _binding;
    private readonly bool[] _active;
    private readonly ScoreRequest _request;
    private readonly IBatchScorer _scorer;
    private readonly DataViewRowCursor _source;
    private readonly BehaviorRowReader _reader;
    private readonly ValueGetter<DataViewRowId>? _id;
    private readonly ExceptionDispatchInfo? _noId; // why the source has no ids; who asks for none is not to fail for them
    private readonly BufferedColumn?[] _buffers;
    private readonly ScoredBatch[] _batches;
    private readonly int _capacity;
    private int _rows;
    private bool _more;
    private Task? _ahead;
    private int _half = 1;
    private int _row = -1;
    private long _position = -1;
    private State _state = State.Before;
    private volatile bool _stop;

    /// <param name="binding">The model on the source's schema.</param>
    /// <param name="active">The active columns of the output schema.</param>
    /// <param name="request">What they need computed.</param>
    /// <param name="scorer">The model.</param>
    /// <param name="source">A cursor with all dependencies active; it is disposed with this one.</param>
    /// <param name="capacity">The most rows of a batch. The first ones are smaller, for readers of a few rows.</param>
    public ScoringCursor(ScoringBinding binding, bool[] active, ScoreRequest request, IBatchScorer scorer, DataViewRowCursor source, int capacity)
    {
        _binding = binding;
        _active = active;
        _request = request;
        _scorer = scorer;
        _source = source;
        _capacity = capacity;
        _rows = Math.Min(capacity, FirstRows);
        _reader = new BehaviorRowReader(source, binding.Columns(request));
        try
        {
            _id = source.GetIdGetter();
        }
        catch (Exception error)
        {
            _noId = ExceptionDispatchInfo.Capture(error);
        }
        _buffers = [.. binding.InputSchema.Select(c => active[c.Index] ? BufferedColumn.Create(source, c, capacity) : null)];
        _batches = [new ScoredBatch(capacity), new ScoredBatch(capacity)];
    }

    private enum State
    {
        Before,
        Good,
        Done,
    }

    public override DataViewSchema Schema => _binding.OutputSchema;

    public override long Position => _position;

    public override long Batch => _state == State.Good ? _batches[_half].Batches[_row] : 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => ActiveRow.IsActive(_active, column);

    public override bool MoveNext()
    {
        if (_state == State.Done) { return false; }
        if (_row + 1 >= _batches[_half].Count && !TryNextBatch()) { return false; }
        _row++;
        _position++;
        _state = State.Good;
        if (_more && _row >= _batches[_half].Count / 2) { StartNext(); }
        return true;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ActiveRow.Check<TValue>(_active, Schema, column);
        var getter = _binding.Output(column.Index) is { } output ? output.CreateGetter(this) : _buffers[column.Index]!.CreateGetter(Place);
        return (ValueGetter<TValue>)getter;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        _noId?.Throw();
        return (ref DataViewRowId id) =>
        {
            var (half, row) = Place();
            id = _batches[half].Ids[row];
        };
    }

    BatchScores IScoreSource.Current(out int row)
    {
        (var half, row) = Place();
        return _batches[half].Scores!;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _state != State.Done) { Finish(); }
        base.Dispose(disposing);
    }

    private (int Half, int Row) Place() =>
        _state == State.Good
        ? (_half, _row)
        : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first, and read while it returns true.");

    private bool TryNextBatch()
    {
        var more = false;
        try
        {
            more = NextBatch();
        }
        finally
        {
            if (!more) { Finish(); }
        }
        return more;
    }

    private bool NextBatch()
    {
        if (_state == State.Before) { Fill(0); }
        else if (_ahead is null) { return false; }
        else
        {
            var ahead = _ahead;
            _ahead = null;
            ahead.GetAwaiter().GetResult();
        }
        _half = 1 - _half;
        _row = -1;
        _more = _batches[_half].Count == _rows; // a batch that is not full is the last
        return _batches[_half].Count > 0;
    }

    private void StartNext()
    {
        _more = false;
        _rows = (int)Math.Min(_capacity, 4L * _rows);
        var other = 1 - _half;
        _ahead = Task.Run(() => Fill(other));
    }

    private void Fill(int half)
    {
        var batch = _batches[half];
        batch.Count = 0;
        var row = 0;
        while (row < _rows && !_stop && _source.MoveNext())
        {
            foreach (var buffer in _buffers) { buffer?.Fill(half, row); }
            _id?.Invoke(ref batch.Ids[row]);
            batch.Batches[row] = _source.Batch;
            _reader.Read();
            row++;
        }
        if (row == 0 || _stop) { return; }
        Return(batch);
        batch.Scores = _scorer.Score(_reader.Take(last: false), _request);
        batch.Count = row;
    }

    // The source is not touched before the other thread has let go of it.
    private void Finish()
    {
        _state = State.Done;
        _position = -1;
        _stop = true;
        _ahead?.ContinueWith(
            task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();
        _ahead = null;
        foreach (var batch in _batches)
        {
            Return(batch);
            batch.Release();
        }
        _reader.Release();
        _source.Dispose();
    }

    private void Return(ScoredBatch batch)
    {
        if (batch.Scores is { } scores) { _scorer.Return(scores); }
        batch.Scores = null;
    }
}
