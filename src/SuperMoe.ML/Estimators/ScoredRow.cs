using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>A row with a model's outputs, scored once for each position of the input row when the first output is read.</summary>
internal sealed class ScoredRow : DataViewRow, IScoreSource
{
    private readonly ScoringBinding _binding;
    private readonly bool[] _active;
    private readonly IBatchScorer _scorer;
    private readonly DataViewRow _input;
    private readonly ScoreRequest? _request;
    private readonly BehaviorRowReader? _reader;
    private BatchScores? _scores;
    private long _scored = -1;
    private bool _disposed;

    public ScoredRow(ScoringBinding binding, bool[] active, IBatchScorer scorer, DataViewRow input)
    {
        _binding = binding;
        _active = active;
        _scorer = scorer;
        _input = input;
        _request = binding.Request(active);
        _reader = _request is null ? null : new BehaviorRowReader(input, binding.Columns(_request));
    }

    public override DataViewSchema Schema => _binding.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => ActiveRow.IsActive(_active, column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ActiveRow.Check<TValue>(_active, Schema, column);
        return _binding.Output(column.Index) is { } output
            ? (ValueGetter<TValue>)output.CreateGetter(this)
            : _input.GetGetter<TValue>(_binding.InputSchema[column.Index]);
    }

    BatchScores IScoreSource.Current(out int row)
    {
        row = 0;
        if (_scores is { } scores && _scored == _input.Position) { return scores; }
        if (_scores is not null) { _scorer.Return(_scores); }
        _scores = null;
        try
        {
            _reader!.Read();
        }
        catch
        {
            _reader!.Take(last: false); // nothing of a bad row may stay for the next one
            throw;
        }
        _scores = _scorer.Score(_reader.Take(last: false), _request!);
        _scored = _input.Position;
        return _scores;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _input.Dispose();
        }
        base.Dispose(disposing);
    }
}
