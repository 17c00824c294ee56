using System.Buffers;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Attention of one batch: where tokens stand, and who sees whom. N events, B users, L longest sequence, T indicators a user, h heads, d numbers of a head, D = h·d.
/// </summary>
internal sealed unsafe class AttentionWork : IDisposable
{
    private const int TokensOfPart = 2048; // of all tokens, that a thread takes at once
    private const int Lanes = SmallProducts.Lanes;

    private readonly int[] _starts; // where each user's events begin; and N
    private readonly Tensor? _mask; // (B, 1, 1, L) or (B, 1, T, L)
    private readonly int _maskRows;
    private readonly bool _keeps;

    /// <param name="tokens">Where tokens stand.</param>
    /// <param name="heads">h.</param>
    /// <param name="size">D.</param>
    /// <param name="states">Which events' own states are needed.</param>
    /// <param name="keeps">Whether it outlives the dispose scope of the mask.</param>
    public AttentionWork(AttentionTokens tokens, int heads, int size, EventStates states, bool keeps)
    {
        (Events, Users, Length, Indicators, Heads, Size, States) = (tokens.Events, tokens.Users, tokens.Length, tokens.Indicators, heads, size, states);
        _mask = keeps ? tokens.Mask?.alias().DetachFromDisposeScope() : tokens.Mask;
        _maskRows = _mask is null ? 1 : (int)_mask.size(2);
        _keeps = keeps;
        _starts = ArrayPool<int>.Shared.Rent(Users + 1);
        Starts(tokens, _starts.AsSpan(0, Users + 1));
    }

    /// <summary>What is done for a user.</summary>
    public delegate void UserAction(int user, float* memory);

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
        var mask = _mask is null ? null : Numbers(_mask) + ((long)user * _maskRows * Length);
        for (var row = 0; row < _maskRows; row++, hidden += Width)
        {
            for (var j = 0; j < SmallProducts.Padded(events); j++) { hidden[j] = j >= events ? float.NegativeInfinity : mask is null ? 0 : mask[(row * Length) + j]; }
        }
    }

    /// <summary>Has threads take users, some at a time, with so much memory each, of any content.</summary>
    public void ForUsers(int numbers, UserAction action)
    {
        var tokens = Events + ((long)Users * Indicators);
        var parts = SideBySide.Threads == 1 ? 1 : Math.Clamp((int)(tokens / TokensOfPart), 1, Math.Max(1, Users));
        if (parts == 1) { Visit(0, Users); }
        else { SideBySide.Run(parts, part => Visit((int)((long)Users * part / parts), (int)((long)Users * (part + 1) / parts))); }

        void Visit(int first, int end)
        {
            var memory = ArrayPool<float>.Shared.Rent(numbers + Lanes);
            fixed (float* start = memory)
            {
                for (var user = first; user < end; user++) { action(user, start); }
            }
            ArrayPool<float>.Shared.Return(memory);
        }
    }

    /// <summary>A tensor's numbers.</summary>
    public static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        if (_keeps) { _mask?.Dispose(); }
    }

    // Unpad has each event's place in (B, L).
    private static void Starts(AttentionTokens tokens, Span<int> starts)
    {
        if (tokens.Unpad is null)
        {
            for (var u = 0; u < starts.Length; u++) { starts[u] = u * tokens.Length; }
            return;
        }
        starts.Clear();
        foreach (var place in HostCopy.View<long>(tokens.Unpad)) { starts[(int)(place / tokens.Length) + 1]++; }
        for (var u = 1; u < starts.Length; u++) { starts[u] += starts[u - 1]; }
    }
}
