using System.Globalization;

namespace SuperMoe.ML.Data;

/// <inheritdoc/>
internal sealed class UserJoin<T> : UserJoin
    where T : notnull
{
    private readonly UserIndex<T> _profiles;
    private readonly Dictionary<T, T>? _keys;

    /// <param name="profiles">The users of the profiles, numbered by row.</param>
    /// <param name="keys">For each key of the events, from 1, the key of the profiles or 0; <see langword="null"/> when ids mean the same.</param>
    public UserJoin(UserIndex profiles, ulong[]? keys)
    {
        _profiles = (UserIndex<T>)profiles;
        if (keys is null)
        {
            return;
        }

        _keys = new Dictionary<T, T>(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != 0)
            {
                _keys.Add(ToKey((ulong)i + 1), ToKey(keys[i]));
            }
        }
    }

    public override int Find(UserIndex events, int user)
    {
        var id = ((UserIndex<T>)events)[user];
        return _keys is null || _keys.TryGetValue(id, out id) ? _profiles.Find(id) : -1;
    }

    private static T ToKey(ulong key) => (T)Convert.ChangeType(key, typeof(T), CultureInfo.InvariantCulture);
}
