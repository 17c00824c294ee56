using System.Buffers;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Attention of one batch: where tokens stand, and who sees whom. N events, B users, L longest sequence, T indicators a user, h heads, d numbers of a head, D = h·d.
/// </summary>
internal sealed unsafe class AttentionWork : IDisposable
{
    private const int Lanes = SmallProducts.Lanes;
    private const long WorkOfPart = 2048 * (16 + WorkOfToken); // that a thread takes at once: so many tokens of short histories
    private const int WorkOfToken = 64; // beside what it sees, in events seen
    private const int PartsOfThread = 2; // at least, where there are enough of users and heads

    private readonly Tensor? _mask; // (B, 1, 1, L) or (B, 1, T, L)
    private readonly float* _maskNumbers;
    private readonly int _maskRows;
    private readonly bool _keeps;
    private int[] _starts; // where each user's events begin; and N

    /// <param name="tokens">Where tokens stand.</param>
    /// <param name="heads">h.</param>
    /// <param name="size">D.</param>
    /// <param name="states">Which events' own states are needed.</param>
    /// <param name="keeps">Whether it outlives the dispose scope of the mask.</param>
    /// <exception cref="ArgumentException">The mask has another shape than the tokens need.</exception>
    public AttentionWork(AttentionTokens tokens, int heads, int size, EventStates states, bool keeps)
    {
        (Events, Users, Length, Indicators, Heads, Size, States) = (tokens.Events, tokens.Users, tokens.Length, tokens.Indicators, heads, size, states);
        _mask = keeps ? tokens.Mask?.alias().DetachFromDisposeScope() : tokens.Mask;
        _maskRows = _mask is null ? 1 : (int)_mask.size(2);
        if (_mask is not null && (!_mask.shape.SequenceEqual([Users, 1, _maskRows, Length]) || (_maskRows != 1 && (_maskRows != Indicators || states == EventStates.Last))))
        {
            throw new ArgumentException($"The mask is ({string.Join(", ", _mask.shape)}); for {Users} users, {Indicators} indicators and events' states {states} of at most {Length} events it does not fit.", nameof(tokens));
        }
        _maskNumbers = _mask is null || Length == 0 ? null : Numbers(_mask);
        _keeps = keeps;
        _starts = ArrayPool<int>.Shared.Rent(Users + 1);
        PackedEvents.Starts(tokens.Unpad, Length, _starts.AsSpan(0, Users + 1));
    }

    /// <summary>What is done for a user, and for the heads from the first to before the last.</summary>
    public delegate void UserAction(int user, int firstHead, int endHead, float* memory);

    /// <summary>N.</summary>
    public int Events { get; }

    /// <summary>B.</summary>
    public int Users { get; }

    /// <summary>T.</summary>
    public int Indicators { get; }

    /// <summary>h.</summary>
    public int Heads { get; }

    /// <summary>D.</summary>
    public int Size { get; }

    /// <summary>d.</summary>
    public int HeadSize => Size / Heads;

    /// <summary>Numbers from one token's queries, keys and values to the next's, 3 D.</summary>
    public int Row => 3 * Size;

    /// <summary>Which events' own states are needed.</summary>
    public EventStates States { get; }

    /// <summary>L.</summary>
    public int Length { get; }

    /// <summary>L, up to whole vectors.</summary>
    public int Width => SmallProducts.Padded(Length);

    /// <summary>n: rows of the result before those of the indicators.</summary>
    public int First => States switch { EventStates.All => Events, EventStates.Last => Users, _ => 0 };

    /// <summary>n + B·T.</summary>
    public long Rows => First + ((long)Users * Indicators);

    /// <summary>Whether it was given back.</summary>
    public bool IsDisposed => _starts.Length == 0;

    /// <summary>The first event of a user, and how many there are.</summary>
    public (int Start, int Count) EventsOf(int user) => (_starts[user], _starts[user + 1] - _starts[user]);

    /// <summary>Numbers that <see cref="Hide"/> writes.</summary>
    public int HiddenNumbers => _maskRows * Width;

    /// <summary>How far apart what is added to one indicator's scores is from that of the next in what <see cref="Hide"/> wrote.</summary>
    public int HiddenStride => _maskRows == 1 ? 0 : Width;

    /// <summary>Whether attention of these tokens is computed here: on the CPU, by whole vectors of the largest kind, in float32.</summary>
    /// <param name="x">(N + B·T, D).</param>
    /// <param name="heads">h.</param>
    /// <param name="mask">As <see cref="AttentionTokens.Mask"/>.</param>
    public static bool Suits(Tensor x, int heads, Tensor? mask) =>
        SmallProducts.Suits && x.device_type == TorchSharp.DeviceType.CPU && x.size(1) % (heads * Lanes) == 0 && (mask is null || mask.is_contiguous());

    /// <summary>Writes what is added to the scores of those who see all of a user's events, up to whole vectors; minus infinity where there is no event.</summary>
    public void Hide(int user, int events, float* hidden)
    {
        var mask = _maskNumbers is null ? null : _maskNumbers + ((long)user * _maskRows * Length);
        for (var row = 0; row < _maskRows; row++, hidden += Width)
        {
            for (var j = 0; j < SmallProducts.Padded(events); j++) { hidden[j] = j >= events ? float.NegativeInfinity : mask is null ? 0 : mask[(row * Length) + j]; }
        }
    }

    /// <summary>How many groups of queries a user has: those of events whose states are needed, then those of indicators.</summary>
    public int GroupsOf(int user) => EventGroups(EventsOf(user).Count) + Groups(Indicators);

    /// <summary>Some of a user's queries.</summary>
    public AttentionGroup Group(int user, int group)
    {
        var (start, events) = EventsOf(user);
        var indicator = (group - EventGroups(events)) * AttentionProducts.Queries;
        if (indicator >= 0)
        {
            var row = ((long)user * Indicators) + indicator;
            return new AttentionGroup(Events + row, First + row, Math.Min(AttentionProducts.Queries, Indicators - indicator), events, -1, indicator * HiddenStride, IsOfIndicators: true);
        }
        if (States == EventStates.Last) { return new AttentionGroup(start + events - 1, user, 1, events, -1, 0, IsOfIndicators: false); }
        var query = group * AttentionProducts.Queries;
        var count = Math.Min(AttentionProducts.Queries, events - query);
        return new AttentionGroup(start + query, start + query, count, query + count, query, 0, IsOfIndicators: false);
    }

    private int EventGroups(int events) => States switch { EventStates.All => Groups(events), EventStates.Last => Math.Min(events, 1), _ => 0 };

    private static int Groups(int queries) => (queries + AttentionProducts.Queries - 1) / AttentionProducts.Queries;

    /// <summary>Into how many parts the work is cut.</summary>
    public int Parts
    {
        get
        {
            var work = (Events + ((long)Users * Indicators)) * (Length + WorkOfToken);
            return SideBySide.Threads == 1 ? 1 : (int)Math.Clamp(work / WorkOfPart, 1, Math.Max(1, Users * Split));
        }
    }

    // Into how many parts a user's heads are.
    private int Split => Users < PartsOfThread * SideBySide.Threads ? Heads : 1;

    /// <summary>Has threads take users, some at a time, or heads of users where these are few; with so much memory each, of any content, at a whole vector's address.</summary>
    public void ForUsers(int numbers, UserAction action)
    {
        var (split, parts) = (Split, Parts);
        var items = Users * split;
        if (parts == 1) { Visit(0, items); }
        else { SideBySide.Run(parts, part => Visit((int)((long)items * part / parts), (int)((long)items * (part + 1) / parts))); }

        void Visit(int first, int end)
        {
            var memory = ArrayPool<float>.Shared.Rent(numbers + Lanes);
            fixed (float* start = memory)
            {
                var aligned = (float*)(((nint)start + (sizeof(float) * Lanes) - 1) & ~((sizeof(float) * Lanes) - 1));
                for (var item = first; item < end; item++) { action(item / split, item % split * Heads / split, ((item % split) + 1) * Heads / split, aligned); }
            }
            ArrayPool<float>.Shared.Return(memory);
        }
    }

    /// <summary>A tensor's numbers.</summary>
    public static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    /// <summary>Gives back what it holds, once; there is nothing to compute any more.</summary>
    public void Dispose()
    {
        if (_starts.Length == 0) { return; }
        ArrayPool<int>.Shared.Return(_starts);
        _starts = [];
        if (_keeps) { _mask?.Dispose(); }
    }
}
