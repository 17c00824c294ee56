namespace SuperMoe.ML.Data;

/// <summary>Where a cursor stands: the current user, and where its events lie in the columns.</summary>
/// <param name="holdOutLast">The number of events held out of those kept of each user.</param>
internal sealed class UserWindow(int holdOutLast)
{
    /// <summary>The user's number in order of first appearance; -1 before the first row and after the last.</summary>
    public int User { get; private set; } = -1;

    /// <summary>The row of the user's profile; -1 without one.</summary>
    public int ProfileRow { get; private set; } = -1;

    public int SequenceStart { get; private set; }

    public int SequenceCount { get; private set; }

    public int HeldOutStart => SequenceStart + SequenceCount;

    public int HeldOutCount { get; private set; }

    /// <summary>Moves to <paramref name="user"/>, whose <paramref name="kept"/> latest events begin at <paramref name="start"/>.</summary>
    public void MoveTo(int user, int start, int kept, int profileRow)
    {
        User = user;
        ProfileRow = profileRow;
        SequenceStart = start;
        HeldOutCount = Math.Min(kept, holdOutLast);
        SequenceCount = kept - HeldOutCount;
    }

    public void Leave() => User = -1;

    /// <exception cref="InvalidOperationException">There is no current user.</exception>
    public void Check()
    {
        if (User < 0)
        {
            throw new InvalidOperationException("The cursor is not at a row: call MoveNext first, and read no value after it returned false.");
        }
    }
}
