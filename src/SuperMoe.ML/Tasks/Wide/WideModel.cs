namespace SuperMoe.ML.Tasks.Wide;

/// <summary>A fitted wide part in plain memory.</summary>
/// <param name="Features">What it sees, in C columns.</param>
/// <param name="Weights">C × O.</param>
/// <param name="Bias">O.</param>
internal sealed record WideModel(WideFeatures Features, float[] Weights, float[] Bias)
{
    /// <summary>O outputs a row.</summary>
    public float[] Outputs(WideEvents events, WideRow[] rows)
    {
        var width = Bias.Length;
        var outputs = new float[rows.Length * width];
        var most = rows.Length == 0 ? 0 : rows.Max(r => Features.Most(events, r));
        var (columns, values) = (new int[most], new float[most]);
        for (var r = 0; r < rows.Length; r++)
        {
            var own = outputs.AsSpan(r * width, width);
            Bias.CopyTo(own);
            var count = Features.Write(events, rows[r], columns, values);
            for (var i = 0; i < count; i++)
            {
                var weights = Weights.AsSpan(columns[i] * width, width);
                for (var o = 0; o < own.Length; o++) { own[o] += values[i] * weights[o]; }
            }
        }
        return outputs;
    }
}
