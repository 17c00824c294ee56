using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Training;

/// <summary>Fits the wide parts of heads on the labels that training may see, from the events that a training input holds.</summary>
internal sealed class WideFitter
{
    private const int MostWeights = 1 << 18; // of a task, which each fold has several times
    private const int MostWork = 1 << 22; // items and values of events, times outputs: some milliseconds a step of the solver

    private readonly TrainingRequest _request;
    private readonly UserSplit _split;
    private readonly BehaviorDataset _data;
    private readonly MultiTaskModel _model;
    private readonly Lazy<WideEvents> _events;
    private readonly int[] _fieldValues;
    private readonly Lazy<FieldShares> _shares;

    public WideFitter(TrainingRequest request, UserSplit split, MultiTaskModel model)
    {
        (_request, _split, _data, _model) = (request, split, request.Data, model);
        _events = new Lazy<WideEvents>(() => new WideEvents(_data.Items, _data.KeyFields, model.Encoder.Items.Values));
        _fieldValues = [.. _data.Schema.KeyFields.Select(f => f.Count)];
        _shares = new Lazy<FieldShares>(() => FieldShares.Of(_fieldValues, Events, TrainingEvents()));
    }

    private WideEvents Events => _events.Value;

    /// <summary>Gives heads their wide parts, where that tells anything; there has to be a label that validation keeps, by which a part is weighed against the network.</summary>
    public void Fit()
    {
        for (var t = 0; t < _model.Heads.Count; t++)
        {
            if (_model.Heads[t] is not UserHead head || _request.Tasks[t] is not LabeledTask { Wide: true }) { continue; }
            _request.Training.CancellationToken.ThrowIfCancellationRequested();
            _request.CheckAlive();
            Fit(head, t);
        }
    }

    private void Fit(UserHead head, int task)
    {
        var labels = _data.Labels[task]!;
        var candidates = head.HasCandidate ? _data.Candidates[task] : null;
        int[] present = [.. Enumerable.Range(0, _data.Count).Where(u => !float.IsNaN(labels[u]) && (candidates is null || candidates[u] != 0))];
        if (!present.Any(_split.IsValidation)) { return; }
        int[] users = [.. present.Where(u => !_split.IsValidation(u))];
        if (users.Length == 0) { return; }
        new Random(_request.Seed).Shuffle(users);
        var loss = head.LinearLoss();
        var rows = Rows(users, candidates, loss.Outputs);
        var features = Features(rows, candidates is null ? null : LabelOutcomes.Of(_data, present, candidates), loss.Outputs);
        float[] known = [.. users.Take(rows.Count).Select(u => labels[u])];
        if (features.Bag.Items.Length == 0) { return; }
        var sparse = Sparse(features, rows);
        var factors = Factors(features.Bag, sparse);
        var plain = new LinearProblem(sparse, known, features.Columns, loss);
        var rare = new LinearProblem(sparse.Times(factors), known, features.Columns, loss);
        if (CrossValidation.Choose(plain, rare) is not { } chosen) { return; }
        var weights = chosen.Weights();
        if (chosen.Problem == rare)
        {
            for (var i = 0; i < factors.Length * loss.Outputs; i++) { weights[i] *= factors[i / loss.Outputs]; } // of the rows as they are
        }
        head.Add(new WidePart(new WideSize(features.Bag.Items.Length, _fieldValues, head.HasCandidate, loss.Outputs), features, weights, ValuesOf(_model.Encoder.Items)));
    }

    // How rare items and values are, so scaled that each of the two bags keeps its length in the mean. A row times them is penalized less where it is rare.
    private float[] Factors(ItemBag bag, SparseRows rows)
    {
        var first = bag.Items.Count(i => i <= _data.Schema.ItemCount); // the first value
        var (factors, squares) = ((float[])bag.Rarity.Clone(), new double[2]);
        for (var row = 0; row < rows.Count; row++)
        {
            var columns = rows.Columns(row);
            var values = rows.Values(row);
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i] < factors.Length) { squares[columns[i] < first ? 0 : 1] += Math.Pow(values[i] * factors[columns[i]], 2); }
            }
        }
        for (var i = 0; i < factors.Length; i++) { factors[i] = squares[i < first ? 0 : 1] is > 0 and var square ? (float)(factors[i] / Math.Sqrt(square / rows.Count)) : 1; }
        return factors;
    }

    // Of the items and nothing else: a part lives longer than the training data.
    private static Func<ItemValues> ValuesOf(ItemEncoder items) => () => items.Values;

    // The first users, as many as there is time for.
    private List<WideRow> Rows(int[] users, int[]? candidates, int outputs)
    {
        var rows = new List<WideRow>();
        long work = 0;
        foreach (var user in users)
        {
            var end = _data.Offsets[user] + _split.TrainingInputLength(user);
            var row = new WideRow(Math.Max(_data.Offsets[user], end - _request.Model.MaxLength), end, candidates?[user] ?? 0);
            work += (1L + Things(row)) * outputs;
            if (work > MostWork && rows.Count > 0) { break; }
            rows.Add(row);
        }
        return rows;
    }

    private int Things(WideRow row)
    {
        var count = row.End - row.Start;
        foreach (var item in _data.Items.AsSpan(row.Start, count)) { count += Events.Values.Of(item).Length; }
        return count;
    }

    private WideFeatures Features(List<WideRow> rows, bool[]? outcomes, int outputs)
    {
        var shares = _shares.Value;
        var bag = ItemBag.Of(Events, rows, most: MostWeights / (outcomes is null ? outputs : (2 * outputs) + shares.Size));
        return new WideFeatures(bag, shares, WideFeatures.LengthOf(Events, rows), outcomes is null ? null : WideFeatures.SharesOfItems(bag, shares, Events, TrainingEvents(), outcomes));
    }

    // All events that training sees, of users with and without labels.
    private IEnumerable<WideRow> TrainingEvents() =>
        Enumerable.Range(0, _data.Count).Select(u => new WideRow(_data.Offsets[u], _data.Offsets[u] + _split.TrainingLength(u), 0));

    private SparseRows Sparse(WideFeatures features, List<WideRow> rows)
    {
        var sparse = new SparseRows();
        var most = rows.Max(r => features.Most(Events, r));
        var (columns, values) = (new int[most], new float[most]);
        foreach (var row in rows)
        {
            var count = features.Write(Events, row, columns, values);
            sparse.Add(columns.AsSpan(0, count), values.AsSpan(0, count));
        }
        return sparse;
    }
}
