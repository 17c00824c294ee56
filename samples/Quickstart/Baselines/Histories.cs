using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart.Baselines;

/// <summary>The items of every user and the one that followed, numbered, for the next-item baselines.</summary>
internal sealed class Histories
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    public Histories(IDataView users, string itemColumn)
    {
        Items = [.. users.GetColumn<string[]>(itemColumn).Select(items => Array.ConvertAll(items, Number))];
        KnownItems = _index.Count;

        // An item first met here was in nobody's history: no method that counts can find it.
        Next = [.. users.GetColumn<string>($"{itemColumn}.HeldOut").Select(item => _index.GetValueOrDefault(item, -1))];
    }

    /// <summary>Per user, the items so far, oldest first.</summary>
    public IReadOnlyList<int[]> Items { get; }

    /// <summary>Per user, the item to be foretold; -1 if nobody has bought it before.</summary>
    public IReadOnlyList<int> Next { get; }

    /// <summary>The number of items in anyone's history; they are 0 .. KnownItems - 1.</summary>
    public int KnownItems { get; }

    private int Number(string item)
    {
        if (!_index.TryGetValue(item, out var number))
        {
            _index.Add(item, number = _index.Count);
        }

        return number;
    }
}
