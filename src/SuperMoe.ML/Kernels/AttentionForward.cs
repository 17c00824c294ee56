using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// What tokens see, user after user as the events are packed, so that nothing is padded, copied or reordered: short histories leave libtorch's operators next to nothing to multiply.
/// A user's bits depend neither on the other users nor on the threads. N events, B users, L longest sequence, T indicators a user, h heads, d numbers of a head, D = h·d.
/// </summary>
internal static unsafe class AttentionForward
{
    private const int Lanes = SmallProducts.Lanes;
    private const int Queries = AttentionProducts.Queries;

    /// <summary>What the tokens see, (n + B·T, D), n being N, B or 0; of the latest event of a user without events there is nothing to see: it is 0.</summary>
    /// <param name="work">Who sees whom.</param>
    /// <param name="projected">(N + B·T, 3 D), contiguous: queries, keys and values of the events, then of the indicators.</param>
    /// <param name="sums">(n + B·T, h): becomes the logarithms of the sums of exponentials; <see langword="null"/> where nobody asks.</param>
    /// <param name="looks">(h, B, T, L + 1), 0: becomes what indicators look at, themselves last; <see langword="null"/> where nobody asks.</param>
    public static Tensor Run(AttentionWork work, Tensor projected, Tensor? sums, Tensor? looks)
    {
        var to = empty(work.Rows, work.Size, ScalarType.Float32, CPU);
        float* from = AttentionWork.Numbers(projected), seen = AttentionWork.Numbers(to);
        float* logs = sums is null ? null : AttentionWork.Numbers(sums), shares = looks is null ? null : AttentionWork.Numbers(looks);
        work.ForUsers(work.HiddenNumbers + ((work.HeadSize + Queries) * work.Width), (user, first, end, memory) =>
        {
            var keys = memory + work.HiddenNumbers;
            new Pass(work, from, seen, logs, shares) { Hidden = memory, Keys = keys, Weights = keys + (work.HeadSize * work.Width) }.User(user, first, end);
        });
        GC.KeepAlive((work, projected, sums, looks, to));
        return to;
    }

    // One thread's.
    private struct Pass(AttentionWork work, float* from, float* seen, float* logs, float* looks)
    {
        private readonly int _d = work.HeadSize;
        private readonly int _row = work.Row;
        private readonly int _width = work.Width;
        private readonly float _scale = 1 / MathF.Sqrt(work.HeadSize);
        private float* _own; // a user's first event, this head's query
        private int _events;

        public float* Hidden;
        public float* Keys; // turned
        public float* Weights; // of each query

        public void User(int user, int firstHead, int endHead)
        {
            (var start, _events) = work.EventsOf(user);
            work.Hide(user, _events, Hidden);
            for (var h = firstHead; h < endHead; h++)
            {
                _own = from + ((long)start * _row) + (h * _d);
                AttentionProducts.Turn(_own + work.Size, _row, _events, _d, Keys);
                for (var group = 0; group < work.GroupsOf(user); group++) { Attend(work.Group(user, group), h); }
                if (work.States == EventStates.Last && _events == 0) { new Span<float>(seen + ((long)user * work.Size) + (h * _d), _d).Clear(); }
            }
        }

        private readonly void Attend(AttentionGroup group, int h)
        {
            var self = group.IsOfIndicators;
            var q = from + (group.Token * _row) + (h * _d);
            AttentionProducts.Multiply(q, _row, group.Count, Keys, group.Events, _d, Weights, _width);
            var factors = stackalloc float[Queries];
            var ofOwn = stackalloc float[Queries];
            for (var k = 0; k < group.Count; k++)
            {
                var query = q + ((long)k * _row);
                var own = self ? AttentionProducts.Dot(query, query + work.Size, _d) * _scale : float.NegativeInfinity;
                var weights = Weights + (k * _width);
                var (sum, most) = Exponentials(weights, group.Events, group.Latest < 0 ? -1 : group.Latest + k, Hidden + group.Hidden + (self ? k * work.HiddenStride : 0), own);
                ofOwn[k] = self ? MathF.Exp(own - most) : 0;
                factors[k] = 1 / (sum + ofOwn[k]);
                if (logs is not null) { logs[((group.To + k) * work.Heads) + h] = most + MathF.Log(sum + ofOwn[k]); }
                if (looks is not null && self) { Look(weights, group.Events, ofOwn[k], factors[k], looks + (((h * (long)work.Users * work.Indicators) + group.To + k - work.First) * (work.Length + 1))); }
            }
            float* values = _own + (2 * work.Size), ownValues = self ? q + (2 * work.Size) : null;
            AttentionProducts.Mix(Weights, _width, group.Count, values, _row, group.Events, _d, ownValues, ofOwn, factors, seen + (group.To * work.Size) + (h * _d), work.Size);
        }

        // Scores become exponentials of their distance from the largest.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly (float Sum, float Most) Exponentials(float* weights, int events, int latest, float* hidden, float own)
        {
            var highest = Vector512.Create(own);
            for (var block = 0; block < events; block += Lanes)
            {
                var score = AttentionProducts.Scores(weights + block, block, _scale, latest, hidden);
                score.Store(weights + block);
                highest = Vector512.Max(highest, score);
            }
            var most = Highest(highest);
            var sum = Vector512<float>.Zero;
            for (var block = 0; block < events; block += Lanes)
            {
                var score = Vector512.Load(weights + block);
                var e = VectorExp.OfNonPositive(score - Vector512.Create(most));
                e = Vector512.ConditionalSelect(Vector512.Equals(score, Vector512.Create(float.NegativeInfinity)), Vector512<float>.Zero, e);
                e.Store(weights + block);
                sum += e;
            }
            return (Vector512.Sum(sum), most);
        }

        private readonly void Look(float* weights, int events, float ofOwn, float factor, float* to)
        {
            for (var j = 0; j < events; j++) { to[j] = weights[j] * factor; }
            to[work.Length] = ofOwn * factor;
        }

        private static float Highest(Vector512<float> values)
        {
            var half = Vector256.Max(values.GetLower(), values.GetUpper());
            var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
            return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
        }
    }
}
