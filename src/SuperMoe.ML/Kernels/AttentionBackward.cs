using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The gradients of <see cref="AttentionForward"/>. Weights are computed anew from the scores and the sums of their exponentials, so that a step keeps no matrix of them (Dao et al. 2022).
/// N events, B users, T indicators a user, h heads, D model.
/// </summary>
internal static unsafe class AttentionBackward
{
    private const int Lanes = SmallProducts.Lanes;
    private const int Queries = AttentionProducts.Queries;

    /// <summary>(N + B·T, 3 D): the gradient of queries, keys and values.</summary>
    /// <param name="work">Who saw whom.</param>
    /// <param name="projected">(N + B·T, 3 D): what the forward pass had.</param>
    /// <param name="sums">(n + B·T, h): the logarithms of its sums.</param>
    /// <param name="gradient">(n + B·T, D), contiguous: of what it gave.</param>
    public static Tensor Run(AttentionWork work, Tensor projected, Tensor sums, Tensor gradient)
    {
        var to = zeros(projected.shape, ScalarType.Float32, CPU);
        float* from = AttentionWork.Numbers(projected), logs = AttentionWork.Numbers(sums);
        float* slopes = AttentionWork.Numbers(gradient), result = AttentionWork.Numbers(to);
        work.ForUsers(work.HiddenNumbers + (2 * (work.HeadSize + Queries) * work.Width), (user, first, end, memory) =>
        {
            var keys = memory + work.HiddenNumbers;
            var values = keys + (work.HeadSize * work.Width);
            var weights = values + (work.HeadSize * work.Width);
            new Pass(work, from, logs, slopes, result) { Hidden = memory, Keys = keys, Values = values, Weights = weights, Slopes = weights + (Queries * work.Width) }.User(user, first, end);
        });
        GC.KeepAlive((work, projected, sums, gradient, to));
        return to;
    }

    // One thread's.
    private struct Pass(AttentionWork work, float* from, float* logs, float* gradient, float* result)
    {
        private readonly int _d = work.HeadSize;
        private readonly int _row = work.Row;
        private readonly int _width = work.Width;
        private readonly float _scale = 1 / MathF.Sqrt(work.HeadSize);
        private long _first; // a user's first event, this head's query: its place
        private int _events;

        public float* Hidden;
        public float* Keys; // turned
        public float* Values; // turned
        public float* Weights; // of each query
        public float* Slopes; // by each query's scores

        public void User(int user, int firstHead, int endHead)
        {
            (var start, _events) = work.EventsOf(user);
            work.Hide(user, _events, Hidden);
            for (var h = firstHead; h < endHead; h++)
            {
                _first = ((long)start * _row) + (h * _d);
                AttentionProducts.Turn(from + _first + work.Size, _row, _events, _d, Keys);
                AttentionProducts.Turn(from + _first + (2 * work.Size), _row, _events, _d, Values);
                for (var group = 0; group < work.GroupsOf(user); group++) { Attend(work.Group(user, group), h); }
            }
        }

        private readonly void Attend(AttentionGroup group, int h)
        {
            var (count, events, self, query) = (group.Count, group.Events, group.IsOfIndicators, (group.Token * _row) + (h * _d));
            float* q = from + query, dq = result + query, dy = gradient + (group.To * work.Size) + (h * _d);
            AttentionProducts.Multiply(q, _row, count, Keys, events, _d, Weights, _width);
            AttentionProducts.Multiply(dy, work.Size, count, Values, events, _d, Slopes, _width);
            var ofOwn = stackalloc float[Queries];
            var ones = stackalloc float[Queries] { 1, 1, 1, 1 };
            for (var k = 0; k < count; k++)
            {
                float* one = q + ((long)k * _row), mine = dy + ((long)k * work.Size), hidden = Hidden + group.Hidden + (self ? k * work.HiddenStride : 0);
                var log = logs[((group.To + k) * work.Heads) + h];
                var (ofSelf, slope) = self ? Self(one, mine, log) : (0, 0);
                var mean = (ofSelf * slope) + Soften(Weights + (k * _width), Slopes + (k * _width), events, group.Latest < 0 ? -1 : group.Latest + k, hidden, log);
                Center(Weights + (k * _width), Slopes + (k * _width), events, mean);
                if (!self) { continue; }
                ofOwn[k] = ofSelf * (slope - mean) * _scale;
                var own = dq + ((long)k * _row);
                Multiply(one, ofOwn[k], own + work.Size);
                Multiply(mine, ofSelf, own + (2 * work.Size));
            }
            AttentionProducts.Mix(Slopes, _width, count, from + _first + work.Size, _row, events, _d, self ? q + work.Size : null, ofOwn, ones, dq, _row);
            AttentionProducts.Spread(Slopes, _width, count, q, _row, events, _d, result + _first + work.Size, _row);
            AttentionProducts.Spread(Weights, _width, count, dy, work.Size, events, _d, result + _first + (2 * work.Size), _row);
        }

        // Scores become weights. Returns the mean of the slopes by them, each counting by its weight.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly float Soften(float* weights, float* slopes, int events, int latest, float* hidden, float log)
        {
            var mean = Vector512<float>.Zero;
            for (var block = 0; block < events; block += Lanes)
            {
                var score = AttentionProducts.Scores(weights + block, block, _scale, latest, hidden);
                var weight = VectorExp.OfNonPositive(score - Vector512.Create(log));
                weight = Vector512.ConditionalSelect(Vector512.Equals(score, Vector512.Create(float.NegativeInfinity)), Vector512<float>.Zero, weight);
                weight.Store(weights + block);
                mean = Vector512.FusedMultiplyAdd(weight, Vector512.Load(slopes + block), mean);
            }
            return Vector512.Sum(mean);
        }

        // Slopes by weights become those by scalar products.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Center(float* weights, float* slopes, int events, float mean)
        {
            for (var block = 0; block < events; block += Lanes)
            {
                (Vector512.Load(weights + block) * (Vector512.Load(slopes + block) - Vector512.Create(mean)) * _scale).Store(slopes + block);
            }
        }

        // How much an indicator sees of itself, and the slope by that.
        private readonly (float Weight, float Slope) Self(float* q, float* dy, float log) =>
            (MathF.Exp((AttentionProducts.Dot(q, q + work.Size, _d) * _scale) - log), AttentionProducts.Dot(dy, q + (2 * work.Size), _d));

        private readonly void Multiply(float* row, float factor, float* to)
        {
            for (var i = 0; i < _d; i += Lanes) { (Vector512.Load(row + i) * factor).Store(to + i); }
        }
    }
}
