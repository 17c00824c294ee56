namespace SuperMoe.ML.Estimators;

/// <summary>Arrays that were given back, to be used again by whoever needs as much: small ones of single rows do not crowd out those of whole batches.</summary>
/// <param name="most">How many are kept; beyond that, the shortest is forgotten.</param>
internal sealed class SpareArrays<T>(int most)
{
    private readonly List<T[]> _spare = []; // shortest first
    private readonly Lock _lock = new();

    /// <summary>The shortest spare array of at least <paramref name="length"/>, with what it held, or a new one of just that length.</summary>
    public T[] Take(int length)
    {
        if (length == 0) { return []; }
        lock (_lock)
        {
            var at = Place(length);
            if (at < _spare.Count)
            {
                var array = _spare[at];
                _spare.RemoveAt(at);
                return array;
            }
        }
        return new T[length];
    }

    /// <summary>Gives an array back, which its holder forgets.</summary>
    public void Return(T[] array)
    {
        if (array.Length == 0) { return; }
        lock (_lock)
        {
            _spare.Insert(Place(array.Length), array);
            if (_spare.Count > most) { _spare.RemoveAt(0); }
        }
    }

    // Where the first stands that is at least as long.
    private int Place(int length)
    {
        var at = 0;
        while (at < _spare.Count && _spare[at].Length < length) { at++; }
        return at;
    }
}
