using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>Collects rows of a cursor, one by one, into a <see cref="BehaviorDataset"/>.</summary>
internal sealed class BehaviorRowReader
{
    private readonly DataViewRow _row;
    private readonly BehaviorColumns _columns;
    private readonly BehaviorField[] _events;
    private readonly int[] _lengths;
    private readonly GrowableArray<int> _offsets = new("rows");
    private readonly GrowableArray<int> _items;
    private readonly GrowableArray<int>[] _keys;
    private readonly GrowableArray<float>[] _numbers;
    private readonly GrowableArray<double>? _times;
    private readonly GrowableArray<float> _profiles;
    private readonly Action? _readProfile;
    private readonly Func<float>?[] _label;
    private readonly Func<int>?[] _candidate;
    private readonly GrowableArray<float>?[] _labels;
    private readonly GrowableArray<int>?[] _candidates;
    private readonly GrowableArray<bool> _validation;
    private readonly Func<bool>? _isValidation;
    private VBuffer<float> _profile;

    /// <param name="row">A cursor or a row on which the columns are active.</param>
    /// <param name="columns">The columns to read.</param>
    public BehaviorRowReader(DataViewRow row, BehaviorColumns columns)
    {
        _row = row;
        _columns = columns;
        var schema = columns.Schema;
        var events = new List<BehaviorField>();
        _items = Add(events, Values.Keys(row, columns.Item, schema.ItemCount));
        _keys = [.. columns.Keys.Select((c, i) => Add(events, Values.Keys(row, c, schema.KeyFields[i].Count)))];
        _numbers = [.. columns.Numbers.Select(c => Values.Numbers(row, c)).Select(c => Add(events, (c, c.Values)))];
        _times = columns.Time is { } time ? Add(events, Values.Times(row, time)) : null;
        _events = [.. events];
        _lengths = new int[_events.Length];
        _profiles = new(ProfileText(columns));
        _validation = new($"rows in column '{columns.Validation?.Name}'");
        _readProfile = columns.Profile is { } profile ? ProfileReader(profile) : null;
        _label = [.. columns.Labels.Select(l => l is null ? null : Values.Label(row, l))];
        _candidate = [.. columns.Candidates.Select(c => c is { } column ? Values.Key(row, column, schema.ItemCount) : null)];
        _labels = [.. columns.Labels.Select(l => l is null ? null : new GrowableArray<float>($"labels in column '{l.Column.Name}'"))];
        _candidates = [.. columns.Candidates.Select(c => c is null ? null : new GrowableArray<int>($"candidates in column '{c.Value.Name}'"))];
        _isValidation = columns.Validation is { } validation ? Values.Flag(row, validation) : null;
        _offsets.Add(0);
    }

    /// <summary>The rows read since the last <see cref="Take"/>.</summary>
    public int Count => _offsets.Count - 1;

    /// <summary>Sets the most numbers of each column; for tests, which have less memory than an array can hold.</summary>
    public int Limit
    {
        set
        {
            foreach (var column in _events) { column.Limit = value; }
            _profiles.Limit = value;
        }
    }

    /// <summary>Whether the current row has a label of any task.</summary>
    public bool IsLabelled() => Array.Exists(_label, l => l is not null && !float.IsNaN(l()));

    /// <summary>Reads the current row.</summary>
    /// <exception cref="InvalidOperationException">The row's columns differ in length, or its times are missing or fall.</exception>
    public void Read()
    {
        for (var i = 0; i < _events.Length; i++) { _lengths[i] = _events[i].Fetch(); }
        if (_lengths.AsSpan().ContainsAnyExcept(_lengths[0])) { throw LengthsDiffer(); }
        foreach (var column in _events) { column.Keep(); }
        CheckTimes(_lengths[0]);
        _offsets.Add(_items.Count);
        _readProfile?.Invoke();
        ReadLabels();
        if (_isValidation is { } flag) { _validation.Add(flag()); }
    }

    /// <summary>The rows read since the last call.</summary>
    /// <param name="last">Whether no further rows are read, so that memory is handed over. Otherwise it is lent: the rows are right until the next one is read.</param>
    public BehaviorDataset Take(bool last)
    {
        var dataset = new BehaviorDataset
        {
            Schema = _columns.Schema,
            Count = Count,
            Offsets = Take(_offsets, last),
            Items = Take(_items, last),
            KeyFields = [.. _keys.Select(k => Take(k, last))],
            NumberFields = [.. _numbers.Select(n => Take(n, last))],
            Times = _times is null ? null : Take(_times, last),
            Profiles = Take(_profiles, last),
            Labels = [.. _labels.Select(l => l is null ? null : Take(l, last))],
            Candidates = [.. _candidates.Select(c => c is null ? null : Take(c, last))],
            Validation = _isValidation is null ? null : Take(_validation, last),
        };
        _offsets.Add(0);
        return dataset;
    }

    /// <summary>Ends reading: memory that was lent is given back.</summary>
    public void Release()
    {
        _offsets.Release();
        foreach (var column in _events) { column.Release(); }
        _profiles.Release();
        foreach (var labels in _labels) { labels?.Release(); }
        foreach (var candidates in _candidates) { candidates?.Release(); }
        _validation.Release();
    }

    private static GrowableArray<T> Add<T>(List<BehaviorField> events, (BehaviorField Column, GrowableArray<T> Values) column)
    {
        events.Add(column.Column);
        return column.Values;
    }

    // Features are many where users are not: the product of both has to fit.
    private static string ProfileText(BehaviorColumns columns) => string.Create(
        CultureInfo.InvariantCulture, $"numbers in column '{columns.Profile?.Name}' (users times {columns.Schema.ProfileSize:N0} features)");

    private static T[] Take<T>(GrowableArray<T> values, bool last) => last ? values.Take() : values.Lend();

    private Action ProfileReader(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            var number = _row.GetGetter<float>(column);
            return () => number(ref _profiles.Grow(1)[0]);
        }
        var vector = _row.GetGetter<VBuffer<float>>(column);
        return () =>
        {
            vector(ref _profile);
            VectorLength.Check(_row, column, _profile.Length, _columns.Schema.ProfileSize);
            _profile.CopyTo(_profiles.Grow(_columns.Schema.ProfileSize));
        };
    }

    private void ReadLabels()
    {
        for (var t = 0; t < _candidates.Length; t++)
        {
            if (_candidate[t] is { } candidate) { _candidates[t]!.Add(candidate()); }
        }
        for (var t = 0; t < _labels.Length; t++)
        {
            if (_label[t] is not { } read) { continue; }
            var label = read();
            if (float.IsInfinity(label))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row {_row.Position} has the label {label} in column '{_columns.Labels[t]!.Column.Name}'; a label is a finite number, or NaN where it is missing."));
            }
            // A label about a candidate that is missing is about nothing.
            var missing = t < _candidates.Length && _candidates[t] is { } candidates && candidates[candidates.Count - 1] == 0;
            _labels[t]!.Add(missing ? float.NaN : label);
        }
    }

    private void CheckTimes(int count)
    {
        if (_times is null) { return; }
        var times = _times.AsSpan()[^count..];
        for (var i = 0; i < count; i++)
        {
            if (!double.IsFinite(times[i])) { throw NoTime(times[i], i, count); }
            if (i > 0 && times[i] < times[i - 1])
            {
                throw new InvalidOperationException(
                    $"Row {_row.Position} is not in order of time: in column '{_columns.Time!.Value.Name}', " +
                    $"event {i} of {count} is earlier than the event before it. " +
                    "Sequences are oldest first, as GroupIntoSequences makes them.");
            }
        }
    }

    private InvalidOperationException NoTime(double time, int place, int count)
    {
        var column = _columns.Time!.Value;
        var isNumber = column.Type is VectorDataViewType { ItemType: NumberDataViewType };
        var text = isNumber ? time.ToString(CultureInfo.InvariantCulture) : "0001-01-01, which ML.NET reads where a date is missing,";
        return new(string.Create(
            CultureInfo.InvariantCulture,
            $"Row {_row.Position} has the time {text} in column '{column.Name}', at event {place} of {count}; every event needs a time."));
    }

    private InvalidOperationException LengthsDiffer() => new(
        $"Row {_row.Position} has columns of different lengths: {string.Join(", ", _events.Select((e, i) => $"'{e.Name}' {_lengths[i]}"))}. " +
        "The columns of a sequence have one value for each event.");
}
