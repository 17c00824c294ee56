namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>An expert's matrix, (A, B) float32, as words. Matrices of float32 words are read where they are.</summary>
internal static unsafe class ExpertMatrix<TWord>
    where TWord : unmanaged, IWord<TWord>
{
    /// <summary>Pairs below each other: (A words, B).</summary>
    public static TWord* Across(float* matrix, int a, int b, TWord* room)
    {
        if (TWord.Numbers == 1) { return (TWord*)matrix; }
        var to = room;
        for (var i = 0; i < a; i += TWord.Numbers, matrix += TWord.Numbers * (long)b, to += b) { TWord.Across(matrix, matrix + b, b, to); }
        return room;
    }

    /// <summary>Pairs beside each other: (A, B words).</summary>
    public static TWord* Along(float* matrix, int a, int b, TWord* room)
    {
        if (TWord.Numbers == 1) { return (TWord*)matrix; }
        for (var i = 0; i < a; i++) { TWord.Along(matrix + ((long)i * b), b, room + ((long)i * b / TWord.Numbers)); }
        return room;
    }

    /// <summary>Pairs beside each other, and the whole turned: (B words, A).</summary>
    public static TWord* Turned(float* matrix, int a, int b, TWord* along, TWord* room)
    {
        var words = b / TWord.Numbers;
        Turning.Turn((float*)Along(matrix, a, b, along), a, words, words, (float*)room, a);
        return room;
    }
}
