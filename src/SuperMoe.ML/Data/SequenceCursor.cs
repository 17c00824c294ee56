using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>Reads users grouped in memory.</summary>
/// <param name="host">Whose name errors carry.</param>
/// <param name="rows">The users.</param>
/// <param name="starts">Where each user's events start.</param>
/// <param name="active">Which columns are read.</param>
/// <param name="order">The users' order; <see langword="null"/> for that of their first appearance.</param>
internal sealed class SequenceCursor(IHost host, UserRows rows, int[] starts, bool[] active, int[]? order)
    : UserCursor(host, rows, active)
{
    private int _next;

    protected override bool MoveToNextUser()
    {
        if (_next == starts.Length - 1)
        {
            return false;
        }

        var user = order is null ? _next : order[_next];
        Window.MoveTo(user, starts[user], starts[user + 1] - starts[user], FindProfile(user));
        _next++;
        return true;
    }
}
