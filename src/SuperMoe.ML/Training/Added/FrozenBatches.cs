using SuperMoe.ML.Kernels;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// Batches of labelled users as the frozen encoder sees them. It sees them in every epoch alike, so it is asked once for each, as far as memory allows; the rest
/// is computed again whenever it is needed. Read from several threads.
/// </summary>
internal sealed class FrozenBatches : IDisposable
{
    private const int MostUsers = 32;
    private const int MostTokens = 8192;
    private const long MostBytes = 512L << 20;

    private readonly MultiTaskModel _model;
    private readonly AddedTaskRequest _request;
    private readonly BatchBuilder _builder;
    private readonly List<(int Fold, int[] Users)> _batches = [];
    private readonly FrozenBatch?[] _kept;
    private readonly long _most;

    /// <param name="model">On the request's device.</param>
    /// <param name="request">Users and labels.</param>
    /// <param name="folds">The users of each part; no batch has users of two.</param>
    /// <param name="most">The most bytes to keep.</param>
    public FrozenBatches(MultiTaskModel model, AddedTaskRequest request, int[][] folds, long most = MostBytes)
    {
        (_model, _request, _most) = (model, request, most);
        _builder = new BatchBuilder(request.Data, request.Model.MaxLength, request.Device);
        for (var f = 0; f < folds.Length; f++)
        {
            foreach (var batch in BatchPlanner.Plan(folds[f], Length, MostTokens).SelectMany(b => b.Chunk(MostUsers))) { _batches.Add((f, batch)); }
        }
        _kept = new FrozenBatch?[_batches.Count];
        try
        {
            Keep();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The batches of the parts that <paramref name="fold"/> takes.</summary>
    public int[] Of(Func<int, bool> fold) => [.. Enumerable.Range(0, _batches.Count).Where(b => fold(_batches[b].Fold))];

    /// <summary>The users of a batch.</summary>
    public int[] Users(int batch) => _batches[batch].Users;

    /// <summary>A batch; what is not kept is of the calling thread's dispose scope.</summary>
    public FrozenBatch this[int batch] => _kept[batch] ?? Compute(_batches[batch].Users);

    public void Dispose()
    {
        foreach (var batch in _kept) { batch?.Release(); }
    }

    private void Keep()
    {
        long bytes = 0;
        for (var b = 0; b < _kept.Length; b++)
        {
            var users = _batches[b].Users;
            bytes += (long)users.Length * users.Max(Length) * _request.Model.Blocks * 2 * _request.Model.HiddenSize * sizeof(float);
            if (bytes > _most) { return; }
            using var scope = NewDisposeScope();
            _kept[b] = Compute(users).Keep();
        }
    }

    private int Length(int user) => Math.Min(_request.Data.Length(user), _request.Model.MaxLength);

    private FrozenBatch Compute(int[] users)
    {
        _request.CheckAlive();
        using var noGrad = no_grad();
        var input = _builder.Build(users, [.. users.Select(_request.Data.Length)]);
        var states = _model.Encoder.Encode(input, [0], events: false, random: null, seen: true);
        var candidates = _request.Data.Candidates is [{ } items] ? HostCopy.Of([.. users.Select(u => (long)items[u])], _request.Device) : null;
        return new FrozenBatch(states.Seen!, states.Indicators!.select(1, 0), new TaskLabels(
            HostCopy.Of([.. Enumerable.Range(0, users.Length).Select(b => (long)b)], _request.Device),
            HostCopy.Of([.. users.Select(u => _request.Labels[u])], _request.Device),
            candidates));
    }
}
