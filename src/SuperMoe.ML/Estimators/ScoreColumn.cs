using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>A column that scoring adds.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Task">The task's place among the tasks; -1 for the embedding.</param>
/// <param name="Type">The column's type.</param>
/// <param name="Annotations">The column's annotations.</param>
internal sealed record ScoreColumn(string Name, ScoreKind Kind, int Task, DataViewType Type, DataViewSchema.Annotations Annotations)
{
    /// <summary>A getter of the current row's value.</summary>
    public Delegate CreateGetter(IScoreSource source) => Kind switch
    {
        ScoreKind.Embedding => Embedding(source),
        ScoreKind.Score => (ValueGetter<float>)((ref float value) => value = Score(source)),
        ScoreKind.Probability => (ValueGetter<float>)((ref float value) => value = 1 / (1 + MathF.Exp(-Score(source)))),
        ScoreKind.Decision => (ValueGetter<bool>)((ref bool value) => value = Score(source) > 0),
        ScoreKind.Scores => Scores(source),
        ScoreKind.Class => (ValueGetter<uint>)((ref uint value) => value = Class(source)),
        ScoreKind.Items => Items(source),
        _ => throw new NotSupportedException($"Outputs of kind {Kind}."),
    };

    private static void Copy(ReadOnlySpan<float> values, ref VBuffer<float> target)
    {
        var editor = VBufferEditor.Create(ref target, values.Length);
        values.CopyTo(editor.Values);
        target = editor.Commit();
    }

    private ValueGetter<VBuffer<float>> Embedding(IScoreSource source)
    {
        var size = ((VectorDataViewType)Type).Size;
        return (ref VBuffer<float> target) => Copy(source.Current(out var row).Embedding.AsSpan(row * size, size), ref target);
    }

    private ValueGetter<VBuffer<float>> Scores(IScoreSource source) =>
        (ref VBuffer<float> target) =>
        {
            var scores = source.Current(out var row).Tasks[Task]!;
            Copy(scores.Scores.AsSpan(row * scores.Width, scores.Width), ref target);
        };

    private ValueGetter<VBuffer<uint>> Items(IScoreSource source) =>
        (ref VBuffer<uint> target) =>
        {
            var scores = source.Current(out var row).Tasks[Task]!;
            var editor = VBufferEditor.Create(ref target, scores.Width);
            for (var i = 0; i < scores.Width; i++) { editor.Values[i] = (uint)scores.Items[(row * scores.Width) + i]; }
            target = editor.Commit();
        };

    private float Score(IScoreSource source) => source.Current(out var row).Tasks[Task]!.Scores[row];

    private uint Class(IScoreSource source)
    {
        var scores = source.Current(out var row).Tasks[Task]!;
        var probabilities = scores.Scores.AsSpan(row * scores.Width, scores.Width);
        var best = 0;
        for (var c = 1; c < probabilities.Length; c++)
        {
            if (probabilities[c] > probabilities[best]) { best = c; }
        }
        return (uint)best + 1;
    }
}
