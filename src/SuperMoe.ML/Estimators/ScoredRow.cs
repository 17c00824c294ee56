using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>
/// A row with a model's outputs, scored once for each position of the input row when the first output is read. Only outputs that a getter was
/// made of are computed: whoever makes a row cannot tell which of the active columns will be read, and PredictionEngine names them all.
/// </summary>
internal sealed class ScoredRow : DataViewRow, IScoreSource
{
    private readonly ScoringBinding _binding;
    private readonly bool[] _active;
    private readonly IBatchScorer _scorer;
    private readonly DataViewRow _input;
    private readonly bool[] _asked; // columns that have a getter
    private ScoreRequest? _request;
    private BehaviorRowReader? _reader;
    private BatchScores? _scores;
    private long _scored = -1;
    private bool _disposed;

    public ScoredRow(ScoringBinding binding, bool[] active, IBatchScorer scorer, DataViewRow input)
    {
        _binding = binding;
        _active = active;
        _scorer = scorer;
        _input = input;
        _asked = new bool[active.Length];
    }

    public override DataViewSchema Schema => _binding.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => ActiveRow.IsActive(_active, column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ActiveRow.Check<TValue>(_active, Schema, column);
        if (_binding.Output(column.Index) is not { } output) { return _input.GetGetter<TValue>(_binding.InputSchema[column.Index]); }
        Ask(column.Index);
        return (ValueGetter<TValue>)output.CreateGetter(this);
    }

    BatchScores IScoreSource.Current(out int row)
    {
        row = 0;
        if (_scores is { } scores && _scored == _input.Position) { return scores; }
        Forget();
        _reader ??= new BehaviorRowReader(_input, _binding.Columns(_request!));
        try
        {
            _reader.Read();
        }
        catch
        {
            _reader.Take(last: false); // nothing of a bad row may stay for the next one
            throw;
        }
        _scores = _scorer.Score(_reader.Take(last: false), _request!);
        _scored = _input.Position;
        return _scores;
    }

    // A row that was scored without the column is scored again, and may need more of the input for it.
    private void Ask(int column)
    {
        _asked[column] = true;
        var request = _binding.Request(_asked)!;
        if (_request is { } asked && asked.Covers(request)) { return; }
        _request = request;
        Forget();
        _reader?.Release();
        _reader = null;
    }

    private void Forget()
    {
        if (_scores is { } scores) { _scorer.Return(scores); }
        _scores = null;
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
