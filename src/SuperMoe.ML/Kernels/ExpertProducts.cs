using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The products of a group of experts, each of its own rows, on the calling thread: by <see cref="SmallProducts"/> in float32 where these suit and
/// a matrix stays in the processor's cache, and else by libtorch. Matrices are (A, B), which is (D, H) or (H, D): D model, H hidden units of an expert.
/// </summary>
internal static unsafe class ExpertProducts<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    /// <summary>y = x·w of each expert.</summary>
    public static void Forward(RowBuffer<TRow> x, GroupMatrices<TRow> w, RowBuffer<TRow> y, ExpertGroup group)
    {
        if (!ExpertProducts.Suit(TRow.Type, w.Shape))
        {
            TorchScript.Call("group_products", x.Rows(group), w.Read(group), y.Rows(group), ExpertWork.Ends<TRow>(group));
            return;
        }
        ExpertProducts.Multiply((float*)x.At(group), w.Of(0), w.Shape.A, w.Shape.B, group, (float*)y.At(group));
    }

    /// <summary>x = y·wᵀ of each expert.</summary>
    /// <param name="y">(R, B).</param>
    /// <param name="w">(A, B) each.</param>
    /// <param name="x">(R, A): becomes the products.</param>
    /// <param name="group">The experts.</param>
    /// <param name="turned">Room for a matrix; of libtorch's products nothing.</param>
    public static void Backward(RowBuffer<TRow> y, GroupMatrices<TRow> w, RowBuffer<TRow> x, ExpertGroup group, Tensor? turned)
    {
        if (turned is null)
        {
            TorchScript.Call("group_products", y.Rows(group), w.Read(group).transpose(1, 2), x.Rows(group), ExpertWork.Ends<TRow>(group));
            return;
        }
        var (a, b) = w.Shape;
        float* from = (float*)y.At(group), to = (float*)x.At(group), room = (float*)RawMemory.Start(turned, ScalarType.Float32);
        ForExperts(group, (expert, start, count) =>
        {
            ExpertProducts.Turn(w.Of(expert), a, b, room);
            SmallProducts.Multiply(from + (start * b), count, b, room, to + (start * a), a);
        });
    }

    /// <summary>dw = xᵀ·dy of each expert, in the matrices' own type.</summary>
    public static void Gradient(RowBuffer<TRow> x, RowBuffer<TRow> dy, GroupMatrices<TRow> dw, ExpertGroup group)
    {
        if (!ExpertProducts.Suit(TRow.Type, dw.Shape))
        {
            TorchScript.Call("group_gradients", x.Rows(group), dy.Rows(group), dw.Room(group), ExpertWork.Ends<TRow>(group));
            dw.Write(group);
            return;
        }
        var (a, b) = dw.Shape;
        float* rows = (float*)x.At(group), gradients = (float*)dy.At(group);
        ForExperts(group, (expert, start, count) =>
        {
            new Span<float>(dw.Of(expert), a * b).Clear();
            SmallProducts.AddOuter(rows + (start * a), gradients + (start * b), count, a, b, dw.Of(expert));
        }, always: true);
    }

    // Visits experts with rows, or all, with their first row and how many there are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForExperts(ExpertGroup group, Action<int, long, int> visit, bool always = false)
    {
        var start = 0;
        for (var i = 0; i < group.Experts.Length; i++)
        {
            var end = group.Ends[i];
            if (always || end > start) { visit(group.Experts[i], start, end - start); }
            start = end;
        }
    }
}

/// <summary>What <see cref="ExpertProducts{TRow}"/> needs whatever the type.</summary>
internal static unsafe class ExpertProducts
{
    private const int MostNumbers = 1 << 15; // of a matrix

    /// <summary>Whether products of matrices of that shape are <see cref="SmallProducts"/>.</summary>
    public static bool Suit(ScalarType type, (int A, int B) shape) =>
        SmallProducts.Suits && type == ScalarType.Float32 && shape.A % SmallProducts.Lanes == 0 && shape.B % SmallProducts.Lanes == 0 && shape.A * (long)shape.B <= MostNumbers;

    /// <summary>Room for a turned matrix; <see langword="null"/> where libtorch multiplies.</summary>
    public static Tensor? Room(PooledTensors pool, ScalarType type, (int A, int B) shape) => Suit(type, shape) ? pool.Make(ScalarType.Float32, shape.A, shape.B) : null;

    /// <summary>y = x·w of each expert of a group.</summary>
    /// <param name="x">The group's rows, (n, A).</param>
    /// <param name="w">(E, A, B): of all experts.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="group">The experts.</param>
    /// <param name="y">(n, B): become the products.</param>
    public static void Multiply(float* x, float* w, int a, int b, ExpertGroup group, float* y)
    {
        var start = 0;
        for (var i = 0; i < group.Experts.Length; i++)
        {
            var end = group.Ends[i];
            SmallProducts.Multiply(x + ((long)start * a), end - start, a, w + ((long)group.Experts[i] * a * b), y + ((long)start * b), b);
            start = end;
        }
    }

    /// <summary>(A, B) → (B, A).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* w, int a, int b, float* to)
    {
        // Sixteen columns at a time: a cache line of each row.
        for (var first = 0; first < b; first += SmallProducts.Lanes)
        {
            for (var row = 0; row < a; row++)
            {
                var from = w + ((long)row * b) + first;
                var column = to + ((long)first * a) + row;
                for (var c = 0; c < SmallProducts.Lanes; c++) { column[(long)c * a] = from[c]; }
            }
        }
    }
}
