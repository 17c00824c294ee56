using Microsoft.ML;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>A trained model on one input schema: the output schema, and which inputs each output needs.</summary>
internal sealed class ScoringBinding
{
    private readonly BehaviorColumns _columns;
    private readonly IReadOnlyList<ScoreColumn> _outputs;
    private readonly int _tasks;

    public ScoringBinding(ModelDescription model, InputColumns inputs, DataViewSchema input)
    {
        _columns = inputs.ForScoring(input, model.Schema);
        _outputs = new ScoreLayout(model).Columns(input);
        _tasks = model.Options.Tasks.Count;
        InputSchema = input;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var output in _outputs) { builder.AddColumn(output.Name, output.Type, output.Annotations); }
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    /// <summary>The input's columns at their places, then the outputs.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>For each column of <see cref="OutputSchema"/>, whether it is one of <paramref name="columns"/>.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
        {
            if (column.Index >= active.Length || OutputSchema[column.Index].Name != column.Name)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(columns), $"The column '{column.Name}' at place {column.Index} is not one of this schema's.");
            }
            active[column.Index] = true;
        }
        return active;
    }

    /// <summary>What to compute for the active columns; <see langword="null"/> for nothing.</summary>
    public ScoreRequest? Request(bool[] active)
    {
        var embedding = false;
        var tasks = new bool[_tasks];
        for (var i = 0; i < _outputs.Count; i++)
        {
            if (!active[InputSchema.Count + i]) { continue; }
            if (_outputs[i].Task < 0) { embedding = true; }
            else { tasks[_outputs[i].Task] = true; }
        }
        return embedding || tasks.Contains(true) ? new ScoreRequest(embedding, tasks) : null;
    }

    /// <summary>The output column at a place of <see cref="OutputSchema"/>; <see langword="null"/> for a column of the input.</summary>
    public ScoreColumn? Output(int index) => index < InputSchema.Count ? null : _outputs[index - InputSchema.Count];

    /// <summary>The columns that computing <paramref name="request"/> reads.</summary>
    public BehaviorColumns Columns(ScoreRequest request) => _columns.ForScoring(request.Tasks);

    /// <summary>The columns of the input that the active columns need.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        var own = InputSchema.Where(c => active[c.Index]);
        return Request(active) is { } request ? own.UnionBy(Columns(request).All(), c => c.Index) : own;
    }
}
